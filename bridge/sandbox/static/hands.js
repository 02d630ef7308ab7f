// What a person does to a whole case or issue: put it away, delete it, ask for a plan.

import { edit, el, note, send } from "./dom.js";
import { actionTold, list, plain } from "./words.js";

/** Archives a case or merges it into another one. */
export function puttingAway(board, one) {
  const others = board.inUse().filter((each) => each.id !== one.id);
  const select = el(
    "select",
    { "aria-label": `Put ${one.key} away` },
    el("option", { value: "" }, "put away…"),
    el("option", { value: "archive" }, "archive"),
    ...others.map((each) => el("option", { value: each.id }, `merge into ${each.key}`)),
  );
  select.addEventListener("change", async () => {
    if (!select.value) return;
    const asked = select.value === "archive" ? { edit: "archive", case: one.id } : { edit: "merge", case: one.id, into: select.value };
    if (!(await edit(asked))) select.value = "";
  });
  return select;
}

export function deletion(issue) {
  return el("button", { class: "plain", type: "button", onclick: () => edit({ edit: "delete_issue", issue: issue.id }) }, "delete");
}

/** Asks the bridge what it would do for a case now; a second click takes the answer away. */
export function planButton(board, one) {
  if (!board.names.has_bridge) return null;
  const isOpen = board.plans.has(one.id);
  return el(
    "button",
    { class: "plain ask", type: "button", "aria-expanded": String(isOpen), "aria-label": `Plan for ${one.key}`, onclick: () => askPlan(board, one.id) },
    "plan",
  );
}

export function plan(board, one) {
  const found = board.plans.get(one.id);
  if (!found) return null;
  const told = found.actions.map((action) => actionTold(board, { ...action, status: "would" }));
  const notes = found.notes.map((text) => [plain(board, text)]);
  const said = [...told, ...notes];
  return el("section", { class: "thread plan", "aria-label": `What would be done for ${one.key}` }, ...(said.length ? list(said) : ["Nothing: both sides agree."]));
}

async function askPlan(board, id) {
  if (!board.plans.delete(id)) {
    const { status, body } = await send("POST", "/bridge/api/v1/plan", { case: `${board.names.cases}:${id}` });
    if (status === 200) board.plans.set(id, body);
    else note(body?.detail ?? "the bridge does not answer");
  }
  board.draw();
}
