// Changes and actions of the bridge in words, with the names that people know.

import { el } from "./dom.js";

const STATES = { FOR_REVIEW: "OPEN", REVIEWED: "IN_PROGRESS", RESOLVED: "CLOSED", IGNORED: "CLOSED", EXCLUDED: "CLOSED" };
const MARKS = { done: "✓", failed: "✗", dead: "✗", would: "would", planned: "…" };
const THING = /\b[\w-]+:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g;
const COPIES = { create_comment: "comment copied", edit_comment: "copy rewritten", delete_comment: "copy deleted" };

/** What changed on one thing. */
export function changeTold(board, change) {
  if (typeof change === "string") return [change];
  const name = board.nameOf(change.thing ?? change.issue ?? change.case);
  if (change.before === undefined) return [`${name} was linked`];
  const say = change.kind === "assignee_changed" ? person : word;
  return [`${name}: `, say(change.before), " → ", say(change.after)];
}

/** What was or would be written, how it went, and why. */
export function actionTold(board, action) {
  const mark = el("span", { class: action.status === "done" ? "done" : "badge failed" }, MARKS[action.status] ?? action.status ?? "");
  return [`${board.nameOf(action.target)} → `, ...written(board, action), " ", mark, el("div", { class: "why" }, plain(board, action.reason))];
}

/** A reason in which ids are the names that people know. */
export function plain(board, text) {
  return (text ?? "").replace(THING, (thing) => board.nameOf(thing));
}

export function list(items) {
  return items.length ? [el("ul", {}, ...items.map((content) => el("li", {}, ...content)))] : [];
}

function written(board, action) {
  if (/^list_/.test(action.kind)) return [board.nameOf(action.value), " listed on it"];
  if (/_assignee$/.test(action.kind)) return [person(action.value)];
  if (action.kind in COPIES) return [COPIES[action.kind]];
  return [word(action.value)];
}

function word(value) {
  const text = String(value);
  const group = STATES[text] ?? text;
  return el("span", { class: `badge ${group}` }, text.replaceAll("_", " ").toLowerCase());
}

function person(value) {
  return el("span", { class: "badge" }, String(value).replace(/@example\.com$/, ""));
}
