// What a scan on the tablet is for: arriving (in), an answer to the call in mid-lesson (mid), leaving (out).
export const HERE = ["present", "late", "left_early"];
export const kindOf = (scan) => scan.kind || "in"; // scans kept before there were calls were arrivals

const calls = (roster) => (roster && roster.calls) || [];

// The call that runs, as far as this tablet knows: somebody may have begun or ended one since.
export const running = (roster, now) =>
  calls(roster)
    .filter((each) => !each.until || now < Date.parse(each.until))
    .sort((a, b) => Date.parse(b.started_at) - Date.parse(a.started_at))[0] || null;

export const lastOf = (roster, kind) => calls(roster).find((each) => each.slot === kind) || null;

// What is going on: what was chosen by hand, until a call begins or ends; else what the call asks for.
export const modeOf = (roster, now, chosen) => {
  const call = running(roster, now);
  if (chosen && chosen.during === (call ? call.id : 0)) return { kind: chosen.kind, call, byHand: true };
  return { kind: call ? call.slot : "in", call, byHand: false };
};

export const choose = (roster, now, kind) => {
  const call = running(roster, now);
  return kind === (call ? call.slot : "in") ? null : { kind, during: call ? call.id : 0 };
};

// Those whose scan of this kind waits on the tablet; of a call: of the last one of its kind.
const going = (roster, kind, scans) => {
  const call = lastOf(roster, kind);
  return new Set(
    scans
      .filter((each) => each.state === "waiting" && kindOf(each) === kind && (kind === "in" || each.call === (call ? call.id : 0)))
      .map((each) => each.enrollment),
  );
};

// Who is still to come, to answer, to leave.
export const open = (roster, kind, scans) => {
  const sent = going(roster, kind, scans);
  return roster.people.filter((each) => !sent.has(each.id) && (kind === "in" ? !each.status : (each.asked || []).includes(kind)));
};

// How many have, of how many.
export const figures = (roster, kind, scans) => {
  const sent = going(roster, kind, scans);
  if (kind === "in") {
    const here = roster.people.filter((each) => HERE.includes(each.status) || sent.has(each.id)).length;
    return [here, roster.people.filter((each) => each.status !== "exempt").length];
  }
  const done = roster.people.filter((each) => (each.answered || {})[kind]);
  const asked = roster.people.filter((each) => (each.asked || []).includes(kind));
  return [done.length + asked.filter((each) => sent.has(each.id)).length, done.length + asked.length];
};

// What the server has answered, into the list that is kept here.
export const settleInto = (known, answer) => {
  if (!answer.kind) {
    if (answer.status) known.status = answer.status;
    return;
  }
  known.answered = { ...known.answered, [answer.kind]: answer.answered_at || answer.checked_out_at };
  known.asked = (known.asked || []).filter((each) => each !== answer.kind);
};

// What to say of a scan that was just noted: a key of the page's words, and how it sounds.
export const saidOf = (roster, known, kind, scans) => {
  if (!roster) return ["saidNolist", "warn"];
  if (!known) return ["saidUnknown", "warn"];
  if (kind === "in") return known.status ? ["saidLeave", "warn"] : ["saidScanned", "ok"];
  if (!lastOf(roster, kind)) return ["saidUncalled", "warn"];
  const comes = scans.some((each) => each.enrollment === known.id && each.state === "waiting" && kindOf(each) === "in");
  if (!HERE.includes(known.status) && !comes) return kind === "mid" ? ["saidArrives", "warn"] : ["saidNotin", "warn"];
  if (kind === "mid" && !comes && !(known.asked || []).includes("mid")) return ["saidUnasked", "warn"];
  return [kind === "mid" ? "saidMid" : "saidOut", "ok"];
};
