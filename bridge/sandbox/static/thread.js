// Comments of one issue or case: a button that opens them, the thread, a line to write.

import { edit, el } from "./dom.js";

const SMALL_PRINT = /^(Original: |… \(cut; |\[bridge:)/;

/** Opens and closes the comments of a thing, and says how many there are. */
export function threadButton(board, thing, name) {
  const count = thing.comments.length;
  const text = count ? `${count} comment${count > 1 ? "s" : ""}` : "comment";
  return el(
    "button",
    {
      class: count ? "plain talk some" : "plain talk",
      type: "button",
      "aria-expanded": String(thing.isOpen),
      "aria-label": `Comments on ${name}`,
      onclick: () => board.toggleThread(thing.id),
    },
    text,
  );
}

/** The comments and a line to write one; null while they are closed. */
export function thread(board, thing, name, on) {
  if (!thing.isOpen) return null;
  const said = thing.comments.map((comment) => one(board, thing, comment, on));
  return el("section", { class: "thread", "aria-label": `Thread of ${name}` }, ...said, line(board, thing, name, on));
}

function one(board, thing, comment, on) {
  const isCopy = comment.author === board.ownName();
  const place = on === "issue" ? { issue: thing.id } : { case: thing.id };
  const suffix = on === "issue" ? "issue_comment" : "comment";
  const changed = (change, more) => edit({ edit: `${change}_${suffix}`, ...place, comment: comment.id, ...more });
  const rewrite = () => {
    board.rewriting.set(comment.id, comment.text);
    board.draw();
    document.getElementById(`rewrite-${comment.id}`)?.focus();
  };
  return el(
    "div",
    { class: isCopy ? "said copy" : "said" },
    el("b", {}, isCopy ? "the bridge" : comment.author),
    el(
      "span",
      {},
      isCopy ? null : el("button", { class: "plain", type: "button", onclick: rewrite }, "edit"),
      el("button", { class: "plain", type: "button", onclick: () => changed("delete") }, "delete"),
    ),
    ...(board.rewriting.has(comment.id) ? [rewriting(board, comment, changed)] : lines(comment.text)),
  );
}

/** A line in which a comment is written anew. */
function rewriting(board, comment, changed) {
  const input = el("input", {
    id: `rewrite-${comment.id}`,
    value: board.rewriting.get(comment.id),
    "aria-label": "Write it anew",
    autocomplete: "off",
    maxlength: "4000",
  });
  input.addEventListener("input", () => board.rewriting.set(comment.id, input.value));
  const save = async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text || (text !== comment.text && !(await changed("edit", { text })))) return;
    board.rewriting.delete(comment.id);
    board.draw();
  };
  return el("form", { onsubmit: save }, input, el("button", { class: "primary", type: "submit" }, "Save"));
}

/** What was said, and in small print what a copy carries for the bridge. */
function lines(text) {
  const [plain, small] = [[], []];
  for (const each of text.trim().split("\n")) (SMALL_PRINT.test(each) ? small : plain).push(each);
  const print = small.length ? [el("small", {}, small.join("\n"))] : [];
  return [el("p", {}, plain.join("\n").trim()), ...print];
}

function line(board, thing, name, on) {
  const input = el("input", {
    id: `say-${thing.id}`,
    value: board.drafts.get(thing.id) ?? "",
    placeholder: "Write a comment…",
    "aria-label": `Write on ${name}`,
    autocomplete: "off",
    maxlength: "4000",
  });
  input.addEventListener("input", () => board.drafts.set(thing.id, input.value));
  const send = async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    const written = on === "issue" ? { edit: "comment_issue", issue: thing.id, text } : { edit: "comment", case: thing.id, text };
    input.value = "";
    board.drafts.delete(thing.id);
    if (!(await edit(written))) board.drafts.set(thing.id, (input.value = text));
  };
  return el("form", { onsubmit: send }, input, el("button", { class: "primary", type: "submit" }, "Send"));
}
