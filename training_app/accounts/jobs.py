"""Periodic work of accounts."""

from training_app.accounts.services.browsers import forget_browsers
from training_app.accounts.services.passkeys import delete_outlived_challenges
from training_app.accounts.services.sessions import delete_ended_sessions
from training_app.core.module import Job

JOBS = (
    Job("accounts.delete_ended_sessions", delete_ended_sessions, seconds=900),
    Job("accounts.forget_browsers", forget_browsers, seconds=86_400),
    Job("accounts.delete_outlived_challenges", delete_outlived_challenges, seconds=900),
)
