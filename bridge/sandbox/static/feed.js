// What the bridge did: heard, seen, decided with its reasons, done.

import { arrange, el } from "./dom.js";
import { actionTold, changeTold, list, plain } from "./words.js";

export class Feed {
  constructor(board) {
    this.board = board;
    this.drawn = new Map();
    this.events = [];
    this.showEchoes = false;
  }

  draw(events = this.events) {
    this.events = events;
    if (!this.board.world) return;
    const shown = events.filter((event) => this.showEchoes || !isQuiet(event));
    const area = document.getElementById("events");
    const nodes = shown.map((event) => this.node(event));
    if (!nodes.length) nodes.push(el("p", { class: "nothing" }, "Nothing yet. Click a state on the left."));
    arrange(area, nodes);
    const known = new Set(events.map((event) => event.delivery));
    for (const delivery of this.drawn.keys()) if (!known.has(delivery)) this.drawn.delete(delivery);
  }

  node(event) {
    const text = JSON.stringify(event);
    const before = this.drawn.get(event.delivery);
    if (before?.text === text) return before.node;
    const node = isQuiet(event) ? this.line(event) : this.card(event);
    if (before) node.style.animation = "none";
    node.addEventListener("click", () => this.seek(event));
    this.drawn.set(event.delivery, { text, node });
    return node;
  }

  head(event) {
    const outcome = event.outcome ?? "waiting";
    return el(
      "header",
      {},
      el("b", {}, this.board.nameOf(event.key)),
      el("span", { class: `badge ${outcome}` }, outcome),
      el("time", {}, clock(event.at)),
    );
  }

  line(event) {
    return el("div", { class: "event quiet", title: event.reason ?? "" }, this.head(event));
  }

  card(event) {
    const steps = el("dl", { class: "steps" });
    const step = (name, ...content) => content.length && steps.append(el("dt", {}, name), el("dd", {}, ...content));
    step("heard", heard(event));
    step("seen", ...list((event.changes ?? []).map((change) => changeTold(this.board, change))));
    step("decided", ...list((event.actions ?? []).map((action) => actionTold(this.board, action))));
    const won = (event.overruled ?? []).map((each) => `overruled: ${each.reason ?? each}`);
    step("noted", ...list([...won, ...(event.notes ?? [])].map((text) => [plain(this.board, text)])));
    if (!(event.actions ?? []).length && event.reason) step("because", el("span", { class: "why" }, plain(this.board, event.reason)));
    return el("div", { class: "event" }, this.head(event), steps);
  }

  seek(event) {
    const found = document.querySelector(`[data-case="${CSS.escape(this.board.caseOf(event.key) ?? "")}"]`);
    if (!found) return;
    found.scrollIntoView({ behavior: "smooth", block: "center" });
    found.classList.add("sought");
    setTimeout(() => found.classList.remove("sought"), 1500);
  }
}

function isQuiet(event) {
  const isEmpty = !(event.actions ?? []).length && !(event.changes ?? []).length;
  return isEmpty && (event.outcome === "no-op" || event.outcome === "ignored");
}

function heard(event) {
  const causes = { delivery: "a webhook", poll: "a look of its own", link: "a link made", operator: "an operator" };
  const cause = causes[event.cause] ?? "a webhook";
  const kind = event.kind ? ` (${event.kind})` : "";
  return `${cause}${kind} from ${event.tracker}`;
}

function clock(text) {
  const at = new Date(text ?? NaN);
  return Number.isNaN(at.getTime()) ? "" : at.toLocaleTimeString([], { hour12: false });
}
