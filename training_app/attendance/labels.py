"""Words for the codes of attendance: statuses, doubts, reasons, refusals; and how each looks."""

from __future__ import annotations

from training_app.core.text import N_

STATUS = {
    "present": N_("Present"),
    "late": N_("Late"),
    "left_early": N_("Left early"),
    "leave_sick": N_("Sick leave"),
    "leave_personal": N_("Personal leave"),
    "leave_official": N_("Official leave"),
    "absent": N_("Absent without leave"),
    "exempt": N_("Exempt"),
}
STATUS_TONE = {
    "present": "ok",
    "late": "warn",
    "left_early": "warn",
    "leave_sick": "idle",
    "leave_personal": "idle",
    "leave_official": "idle",
    "absent": "bad",
    "exempt": "idle",
}
STATUS_ICON = {"present": "check", "late": "clock", "left_early": "door-exit", "absent": "x"}

METHOD = {
    "scan": N_("scanned"),
    "staff": N_("by staff"),
    "closing": N_("at closing"),
    "leave": N_("leave noted"),
    "import": N_("imported"),
}

WINDOW = {"none": N_("Not opened"), "open": N_("Check-in running"), "closed": N_("Closed")}
HEADS = {"agree": N_("Heads agree"), "noted": N_("Difference explained"), "differ": N_("To be checked")}
HEADS_TONE = {"agree": "ok", "noted": "ok", "differ": "warn"}
WINDOW_TONE = {"none": "idle", "open": "live", "closed": "ok"}

FLAG = {
    "new_device": N_("Another browser than the one known for this person."),
    "shared_device": N_("The same phone checked in somebody else."),
    "late_confirm": N_("Confirmed more than a minute after the scan."),
    "stale_step": N_("The code of the step before was used."),
    "geo_outside": N_("The phone said it was somewhere else."),
    "missed_call": N_("Did not answer the call in mid-lesson."),
    "burst": N_("Five or more people checked in within three seconds by the same kind of browser."),
    "overlap": N_("Also recorded in another lesson at the same time."),
}
SETTLEMENT = {
    "seen_in_room": N_("Seen in the room"),
    "own_second_phone": N_("Own second phone"),
    "lent_phone": N_("Phone lent to a neighbour, both present"),
    "corrected": N_("The record was corrected"),
    "answered_in_time": N_("Had scanned in time; the answer arrived later"),
}
REASON = {
    "no_phone": N_("No phone at hand"),
    "flat_battery": N_("Battery empty"),
    "no_signal": N_("No signal"),
    "code_unreadable": N_("The code could not be read"),
    "arrived_with_group": N_("Arrived with the group"),
    "keyed_in_later": N_("Network was down, keyed in later"),
    "badge": N_("Badge scanned"),
    "import": N_("From an import"),
    "scan": N_("Came and scanned"),
    "leave_granted": N_("Leave was granted"),
    "leave_withdrawn": N_("Leave was taken back"),
    "leave_returned": N_("Back from leave"),
    "lesson_cancelled": N_("The lesson was cancelled"),
    "lesson_moved": N_("The lesson was moved"),
    "left_before_end": N_("Checked out before the end"),
    "no_check_out": N_("Did not check out"),
    "taken_back": N_("The mark was taken back"),
    "reopened": N_("Check-in was reopened"),
}

# What a refused scan says: heading, what happened.
REFUSAL = {
    "bad_code": (N_("This is not a check-in code"), N_("The link is incomplete or was changed on the way.")),
    "expired_code": (N_("This code has expired"), N_("The code on the screen has changed since.")),
    "not_open": (N_("Check-in has not begun"), N_("The class teacher has not opened it yet.")),
    "closed": (N_("Check-in is closed"), N_("The class teacher has closed the attendance of this lesson.")),
    "not_enrolled": (N_("You are not on this class's list"), N_("This lesson belongs to a class you are not in.")),
    "withdrawn": (N_("You no longer belong to this class"), N_("Your enrollment was withdrawn.")),
    "too_many_attempts": (N_("Too many wrong codes"), N_("Please wait a minute, then scan again.")),
    "no_call": (N_("The call is over"), N_("The screen no longer asked for an answer when you scanned.")),
    "not_checked_in": (N_("You have not checked in"), N_("Leaving can be noted only after check-in.")),
}
PLACE = {"inside": N_("on the spot"), "outside": N_("somewhere else"), "unknown": N_("not known")}
CALL = {"mid": N_("Call in mid-lesson"), "out": N_("Check-out")}
SCAN = {"in": N_("Check-in"), **CALL}  # what staff scan for
CALL_DONE = {"in": N_("Checked in"), "mid": N_("Call answered"), "out": N_("Checked out")}
CALL_DO = {"in": N_("Check in"), "mid": N_("I am here"), "out": N_("Check out")}
DECISION = {
    "": N_("waits for a second person"),
    "effective": N_("approved, in effect"),
    "refused": N_("refused"),
    "withdrawn": N_("withdrawn"),
}
CONTEST = {"": N_("waits for an answer"), "upheld": N_("upheld"), "rejected": N_("rejected")}
REVIEW = {
    "doubt": N_("Doubt"),
    "contest": N_("Contest"),
    "correction": N_("Late correction"),
    "heads": N_("Heads differ"),
}
ORDER = {"seat": N_("By seat"), "group": N_("By group"), "name": N_("By name")}
LESSON_CHANGE = {"moved": N_("moved"), "cancelled": N_("cancelled")}
HALF_DAY = {"morning": N_("Morning"), "afternoon": N_("Afternoon"), "evening": N_("Evening")}


def audit_codes() -> dict[str, dict[str, str]]:
    """What the codes in our events' fields mean to a reader of the audit trail: field → code → gettext id."""
    refusals = {code: heading for code, (heading, _what) in REFUSAL.items()}
    return {
        "status": STATUS,
        "restored": STATUS,
        "old_status": STATUS,
        "new_status": STATUS,
        "settlement": SETTLEMENT,
        "reason": {**REASON, **refusals},
        "code": FLAG,
        "decision": {**DECISION, **CONTEST},
        "what": LESSON_CHANGE,
        "slot": CALL,
    }
