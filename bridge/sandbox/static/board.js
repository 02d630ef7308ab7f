// Both sides: issues to the left, the case they are linked to on the right.

import { assignee } from "./assignee.js";
import { arrange, edit, el } from "./dom.js";
import { deletion, plan, planButton, puttingAway } from "./hands.js";
import { linkControls } from "./linking.js";
import { thread, threadButton } from "./thread.js";

const STATES = [
  ["OPEN", "For review", "OPEN"],
  ["ACKNOWLEDGED", "Reviewed", "IN_PROGRESS"],
  ["RESOLVED", "Resolved", "CLOSED"],
  ["IGNORED", "Ignored", "CLOSED"],
  ["EXCLUDED", "Excluded", "CLOSED"],
];
const GROUPS = ["open", "in_progress", "closed"];

export class Board {
  constructor() {
    this.world = null;
    this.links = null;
    this.names = { has_bridge: false, issues: "errors", cases: "cases" };
    this.news = new Map();
    this.drawn = new Map();
    this.open = new Set();
    this.drafts = new Map();
    this.creating = new Set();
    this.projects = new Map();
    this.plans = new Map();
    this.rewriting = new Map();
  }

  /** Everybody to whom something can be assigned. */
  people() {
    return this.world.users.filter((one) => one.active && one.id !== this.world.service_account);
  }

  /** The name of the account that the bridge uses. */
  ownName() {
    return this.world.users.find((one) => one.id === this.world.service_account)?.name;
  }

  /** The same and those who left, who can still be named on a thing. */
  everybody() {
    return this.world.users.filter((one) => one.id !== this.world.service_account);
  }

  /** The cases to which something can be linked. */
  inUse() {
    return this.world.cases.filter((one) => !one.archived);
  }

  toggleThread(id) {
    if (!this.open.delete(id)) this.open.add(id);
    this.draw();
    if (this.open.has(id)) document.getElementById(`say-${id}`)?.focus();
  }

  /** Remembers who moved a thing, so that the next drawing shows it. */
  hear(happening) {
    this.news.set(happening.issue ?? happening.case, happening.via);
  }

  /** The issues of each case: as the bridge has them, else as the cases list them. */
  issuesOf() {
    if (this.links) {
      const found = new Map();
      for (const link of this.links) {
        const [issue, thing] = [own(link.issue), own(link.case)];
        found.set(thing, [...(found.get(thing) ?? []), issue]);
      }
      return found;
    }
    return new Map(this.world.cases.map((one) => [one.id, one.issues]));
  }

  nameOf(thing) {
    const id = own(thing ?? "");
    const found = this.world?.cases.find((one) => one.id === id);
    return found?.key ?? this.world?.issues.find((one) => one.id === id)?.title ?? id;
  }

  /** The case to which a thing belongs: itself, or the case of an issue. */
  caseOf(thing) {
    const id = own(thing ?? "");
    if (this.world?.cases.some((one) => one.id === id)) return id;
    for (const [found, issues] of this.issuesOf()) if (issues.includes(id)) return found;
    return null;
  }

  draw() {
    if (!this.world) return;
    const choices = this.inUse().map(({ key, title }) => `${key} ${title}`);
    const opened = (one) => ({
      ...one,
      choices,
      isOpen: this.open.has(one.id),
      isWaiting: this.creating.has(one.id),
      plan: this.plans.get(one.id),
      rewriting: one.comments.filter(({ id }) => this.rewriting.has(id)).map(({ id }) => id),
    });
    const issues = new Map(this.world.issues.map((one) => [one.id, opened(one)]));
    const groups = this.issuesOf();
    const linked = new Set([...groups.values()].flat());
    const loose = [...issues.values()].filter((one) => !linked.has(one.id));
    const scene = this.world.cases.filter((one) => one.id in this.world.groups);
    const newest = this.world.cases.filter((one) => !(one.id in this.world.groups)).reverse();
    const open = [...newest, ...scene].filter((one) => !one.archived).map(opened);
    const focus = focused();
    this.place("loose", loose, (one) => this.issue(one, null));
    if (!loose.length) this.place("loose", [{ id: "none" }], nothingLoose);
    this.place(
      "pairs",
      open.map((one) => ({ ...one, held: (groups.get(one.id) ?? []).map((id) => issues.get(id)).filter(Boolean) })),
      (one) => this.pair(one),
    );
    this.news.clear();
    refocus(focus);
  }

  /** Draws only what differs from what is there, so that focus and scrolling stay. */
  place(where, things, make) {
    const made = things.map((thing) => {
      const [key, text] = [`${where}/${thing.id}`, JSON.stringify(thing)];
      const before = this.drawn.get(key);
      if (before?.text === text) return before.node;
      const node = make(thing);
      this.drawn.set(key, { text, node });
      return node;
    });
    arrange(document.getElementById(where), made);
  }

  pair(one) {
    const held = one.held.length
      ? one.held.map((issue) => this.issue(issue, one))
      : [el("p", { class: "empty" }, "No issue is linked to this case.")];
    const isLoud = this.news.has(one.id) || one.held.some((issue) => this.news.has(issue.id));
    return el(
      "article",
      { class: isLoud ? "pair loud" : "pair", "data-case": one.id },
      el("div", {}, ...held),
      el("div", { class: "tie" }),
      this.caseSide(one),
    );
  }

  issue(issue, linkedTo) {
    const pick = STATES.map(([state, label, group]) =>
      choice(label, group, issue.state === state, () =>
        edit({ edit: "set_issue_state", issue: issue.id, state }),
      ),
    );
    return el(
      "div",
      { class: `issue ${this.flash(issue.id)}`, "data-issue": issue.id },
      el("span", { class: "title", title: issue.title }, issue.title),
      el("span", { class: "tag" }, issue.service),
      el(
        "div",
        { class: "tools" },
        el("div", { class: "pick", role: "group", "aria-label": `State of ${issue.title}` }, ...pick),
        el(
          "div",
          { class: "end" },
          assignee(this, issue, issue.title, "issue"),
          this.world.issue_comments ? threadButton(this, issue, issue.title) : null,
          ...linkControls(this, issue, linkedTo),
          deletion(issue),
          this.moved(issue.id),
        ),
      ),
      thread(this, issue, issue.title, "issue"),
    );
  }

  caseSide(one) {
    const type = this.world.types.find((found) => found.id === one.type_id);
    const pick = GROUPS.flatMap((group) =>
      type.attributes.statuses_config[group].status_options.map(({ name }) =>
        choice(name, group.toUpperCase(), one.status === name, () =>
          edit({ edit: "set_case_status", case: one.id, status_name: name }),
        ),
      ),
    );
    return el(
      "div",
      { class: `case ${this.flash(one.id)}` },
      el("div", { class: "line" }, el("span", { class: "key" }, one.key), el("span", { class: "title", title: one.title }, one.title)),
      el("div", { class: "pick", role: "group", "aria-label": `Status of ${one.key}` }, ...pick),
      el(
        "div",
        { class: "line hands" },
        assignee(this, one, one.key, "case"),
        threadButton(this, one, one.key),
        planButton(this, one),
        puttingAway(this, one),
        this.moved(one.id),
      ),
      plan(this, one),
      thread(this, one, one.key, "case"),
    );
  }

  flash(id) {
    return this.news.has(id) ? `by-${this.news.get(id)}` : "";
  }

  moved(id) {
    return this.news.get(id) === "api" ? el("span", { class: "moved" }, "by the bridge") : null;
  }
}

function choice(label, group, isChosen, choose) {
  const pressed = isChosen ? "true" : "false";
  return el("button", { type: "button", "data-group": group, "aria-pressed": pressed, onclick: () => isChosen || choose() }, label);
}

/** What has the focus, in words that outlive a new drawing of it. */
function focused() {
  const active = document.activeElement;
  if (active?.id) return { id: active.id, at: active.selectionStart };
  const held = active?.closest?.("[aria-label]");
  return held && { area: held.getAttribute("aria-label"), text: active.textContent };
}

function refocus(focus) {
  if (!focus || document.activeElement !== document.body) return;
  if (focus.id) {
    const again = document.getElementById(focus.id);
    again?.focus();
    if (focus.at !== null && focus.at !== undefined) again?.setSelectionRange?.(focus.at, focus.at);
    return;
  }
  const area = document.querySelector(`[aria-label="${CSS.escape(focus.area)}"]`);
  const found = [...(area?.children ?? [])].find((one) => one.textContent === focus.text);
  (found ?? area)?.focus();
}

function nothingLoose() {
  return el("p", { class: "tag" }, "Every issue belongs to a case.");
}

/** A tracker's own id, without the name that the bridge puts before it. */
export function own(thing) {
  return thing.slice(thing.indexOf(":") + 1);
}
