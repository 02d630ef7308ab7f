// Keeps the page in step with the world (by its stream) and the bridge (by asking).

import { Board } from "./board.js";
import { edit, el, hand, send } from "./dom.js";
import { Feed } from "./feed.js";

const ASK_EVERY = 500;
const LINKS_EVERY = 4;

const board = new Board();
const feed = new Feed(board);
let waiting = null;

async function loadWorld() {
  waiting = null;
  const { status, body } = await send("GET", "/sandbox/state");
  if (status !== 200) return;
  board.world = body;
  showPeople();
  board.draw();
  feed.draw();
}

/** Who can be played; asked anew only when somebody came or went. */
function showPeople() {
  const select = document.getElementById("you");
  const people = board.people();
  if (select.options.length === people.length) return;
  select.replaceChildren(...people.map((one) => el("option", { value: one.id }, one.name)));
  select.value = hand.as ?? people[0]?.id ?? "";
}

function followWorld() {
  const stream = new EventSource("/sandbox/live");
  stream.onopen = loadWorld;
  stream.onmessage = (message) => {
    board.hear(JSON.parse(message.data));
    waiting ??= setTimeout(loadWorld, 40);
  };
}

async function loadLinks() {
  const found = [];
  let cursor = null;
  do {
    const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const { status, body } = await send("GET", `/bridge/api/v1/links?limit=500${more}`);
    if (status !== 200) return;
    found.push(...body.items);
    cursor = body.next;
  } while (cursor);
  board.links = found.filter((link) => !link.gone);
  board.draw();
}

async function askBridge(turn = 0) {
  if (!document.hidden) {
    const [status, events] = await Promise.all([
      send("GET", "/bridge/api/v1/status"),
      send("GET", "/bridge/api/v1/events?limit=40"),
    ]);
    showLight(status);
    if (events.status === 200) feed.draw(events.body.items);
    if (turn % LINKS_EVERY === 0) await loadLinks();
  }
  setTimeout(() => askBridge(turn + 1), ASK_EVERY);
}

function showLight({ status, body }) {
  if (status !== 200) return setLight("away", "No answer from the bridge");
  showCounts(body);
  const waits = (body.pending ?? 0) + (body.running ?? 0);
  if (body.dead) return setLight("dead", `${body.dead} given up`);
  if (!body.settled) return setLight("working", waits ? `Working, ${waits} to go` : "Working");
  return setLight("settled", "Settled");
}

function setLight(state, text) {
  const light = document.getElementById("light");
  light.dataset.is = state;
  light.lastElementChild.textContent = text;
}

function showCounts(status) {
  const outcomes = status.outcomes ?? {};
  const shown = { links: status.links, applied: outcomes.applied, echoes: outcomes["no-op"] };
  const counts = Object.entries(shown).filter(([, value]) => value !== undefined);
  const items = counts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, String(value))));
  document.getElementById("counts").replaceChildren(...items);
}

document.getElementById("new-issue").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const title = form.title.value.trim() || "something broke";
  const service = form.service.value.trim() || "web-store";
  if (await edit({ edit: "new_issue", service, error_message: title })) form.title.value = "";
});
document.getElementById("you").addEventListener("change", (event) => {
  hand.as = event.target.value;
});
document.getElementById("echoes").addEventListener("change", (event) => {
  feed.showEchoes = event.target.checked;
  feed.draw();
});
document.addEventListener("links", loadLinks);

board.names = (await send("GET", "/bridge/names")).body ?? board.names;
followWorld();
if (board.names.has_bridge) {
  const dashboard = document.getElementById("dashboard");
  dashboard.href = board.names.url;
  dashboard.hidden = false;
  askBridge();
} else setLight("alone", "No bridge configured");
