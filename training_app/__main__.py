"""``python -m training_app``: the same as the ``training-app`` command."""

from training_app.cli import main

main()
