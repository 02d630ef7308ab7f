// What the bridge can be asked for about one issue: link, unlink, a case of its own.

import { el, note, send } from "./dom.js";

/** The controls of an issue, which is linked to the case *linkedTo* or to none. */
export function linkControls(board, issue, linkedTo) {
  if (!board.names.has_bridge) return [];
  const name = `${board.names.issues}:${issue.id}`;
  if (linkedTo) {
    return [el("button", { class: "plain", type: "button", onclick: () => unlink(name) }, "unlink")];
  }
  return [caseChoice(board, issue, name), projectChoice(board, issue), createButton(board, issue, name)];
}

function caseChoice(board, issue, name) {
  const options = board.inUse().map((one) => el("option", { value: one.id }, `${one.key} · ${one.title}`));
  const select = el("select", { "aria-label": `Link ${issue.title} to a case` }, el("option", { value: "" }, "link to…"), ...options);
  select.addEventListener("change", () => select.value && link(name, `${board.names.cases}:${select.value}`));
  return select;
}

/** In which project a case is to be created where no rule names one. */
function projectChoice(board, issue) {
  const chosen = board.projects.get(issue.id) ?? "";
  const option = (value, text) => el("option", { value, selected: value === chosen && "selected" }, text);
  const keys = board.world.projects.map((one) => one.attributes.key);
  const select = el("select", { "aria-label": `Project for a case of ${issue.title}` }, option("", "in…"), ...keys.map((key) => option(key, `in ${key}`)));
  select.addEventListener("change", () => board.projects.set(issue.id, select.value));
  return select;
}

function createButton(board, issue, name) {
  return el(
    "button",
    { class: "small", type: "button", disabled: issue.isWaiting && "disabled", onclick: () => create(board, issue.id, name) },
    issue.isWaiting ? "creating…" : "create case",
  );
}

async function create(board, id, issue) {
  board.creating.add(id);
  board.draw();
  const project = board.projects.get(id);
  await ask(201, "POST", "/bridge/api/v1/cases", project ? { issue, project } : { issue });
  board.creating.delete(id);
  board.draw();
}

async function link(issue, thing) {
  await ask(201, "POST", "/bridge/api/v1/links", { issue, case: thing });
}

async function unlink(issue) {
  await ask(204, "DELETE", `/bridge/api/v1/links/${encodeURIComponent(issue)}`);
}

/** Asks the bridge, says why if it refused, and has the links drawn anew. */
async function ask(wanted, ...question) {
  const { status, body } = await send(...question);
  if (status !== wanted) note(body?.detail ?? "the bridge does not answer");
  document.dispatchEvent(new Event("links"));
}
