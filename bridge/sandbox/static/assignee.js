// Who a thing is assigned to, and a way to choose somebody else.

import { edit, el } from "./dom.js";

/** A person's initials and the choice of all people; *on* is "issue" or "case". */
export function assignee(board, thing, name, on) {
  const people = board.everybody();
  const chosen = thing.assignee_id ?? "";
  const options = [option("", "nobody", chosen), ...people.map((one) => option(one.id, one.active ? one.name : `${one.name} (left)`, chosen))];
  if (chosen && !people.some((one) => one.id === chosen)) options.push(option(chosen, thing.assignee ?? chosen, chosen));
  const select = el("select", { "aria-label": `Assignee of ${name}` }, ...options);
  select.addEventListener("change", async () => {
    const user = select.value || null;
    const asked = on === "issue" ? { edit: "assign_issue", issue: thing.id, user } : { edit: "assign_case", case: thing.id, user };
    if (!(await edit(asked))) select.value = chosen;
  });
  const initials = thing.assignee ? thing.assignee.split(/\s+/).map((part) => part[0]).slice(0, 2).join("") : "";
  return el("span", { class: chosen ? "who" : "who nobody" }, el("i", { "aria-hidden": "true" }, initials), select);
}

function option(value, text, chosen) {
  return el("option", { value, selected: value === chosen && "selected" }, text);
}
