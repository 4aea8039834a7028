"""Who may do what with exams and scores.

Publishing includes settling differences and approving changes: SECURITY.md 1.4 gives these to class staff and to
the organisation department, entering to the instructor. The two-person rules hold whatever a person is granted.
"""

from training_app.core.actor import Actor
from training_app.core.permissions import group
from training_app.core.text import N_

EXAMS = group(
    "exams",
    N_("Exams and scores"),
    levels={
        "own": (N_("see one's own published scores"), ()),
        "view": (N_("see exams and published scores"), ("personal",)),
        "enter": (N_("enter scores and marks"), ("personal", "integrity")),
        "publish": (
            N_("schedule exams, settle differences, publish scores, approve changes"),
            ("personal", "integrity"),
        ),
    },
    grants={
        "trainee": ("own", "own"),
        "instructor": ("enter", "class"),
        "class_teacher": ("publish", "class"),
        "exam_officer": ("publish", "all"),
        "planner": ("view", "all"),
        "org_dept": ("publish", "all"),
        "leader": ("view", "all"),
    },
)

# SECURITY.md 1.4: answers are what may leak; reading one and taking questions away is written down each time.
QUESTIONS = group(
    "questions",
    N_("Question bank"),
    levels={
        "view": (N_("see questions without their answers"), ()),
        "answers": (N_("read answers, export questions"), ("leak",)),
        "edit": (N_("enter, change and retire questions"), ("leak", "integrity")),
    },
    grants={"exam_officer": ("edit", "all"), "org_dept": ("answers", "all"), "instructor": ("view", "all")},
)


def may_edit_questions(actor: Actor) -> bool:
    """Whether somebody may fill the bank, also from files."""
    return QUESTIONS["edit"].held_by(actor)


# Whose work entering is. The department may, when nobody else is there, but is not reminded of it.
ENTERERS = frozenset({"instructor", "class_teacher", "exam_officer"})
