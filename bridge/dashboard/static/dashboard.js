// Keeps the page in step with the bridge, shows times in the reader's zone, and spares
// clicks. Without it every page works all the same: links are links, forms are forms.

const today = new Date();
const OF_TODAY = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
const OF_OLD = { month: "short", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

/** What the server cannot know: the reader's zone, and that scripts run. */
function complete(root) {
  for (const time of root.querySelectorAll("time")) {
    const at = new Date(time.dateTime);
    const is_today = at.toDateString() === today.toDateString();
    time.textContent = at.toLocaleString([], is_today ? OF_TODAY : OF_OLD);
  }
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

/** Makes *old* like *fresh* and keeps what stays: focus, open details, selection. */
function morph(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName || (old.id ?? "") !== (fresh.id ?? "")) {
    old.replaceWith(fresh);
    return;
  }
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes])
    if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of fresh.attributes)
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  morphChildren(old, [...fresh.childNodes]);
}

function morphChildren(area, wanted) {
  const named = new Map([...area.children].filter((one) => one.id).map((one) => [one.id, one]));
  const hadAny = area.childElementCount > 0;
  let place = area.firstChild;
  for (const fresh of wanted) {
    const known = fresh.id ? named.get(fresh.id) : null;
    if (known) {
      if (known !== place) area.insertBefore(known, place);
      place = known.nextSibling;
      morph(known, fresh);
    } else if (place && !fresh.id && !place.id) {
      const next = place.nextSibling;
      morph(place, fresh);
      place = next;
    } else {
      if (fresh.id && hadAny && fresh.matches?.(".event, .letter")) fresh.classList.add("fresh");
      area.insertBefore(fresh, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function show(text, selector) {
  const page = new DOMParser().parseFromString(text, "text/html");
  complete(page);
  for (const fresh of page.querySelectorAll(selector)) {
    const old = document.getElementById(fresh.id);
    if (old) morph(old, document.importNode(fresh, true));
  }
}

let isAsking = false;
let isOutdated = false;

/** Asks for this page anew; what comes while it is asked for is asked for after that. */
async function refresh() {
  if (isAsking) {
    isOutdated = true;
    return;
  }
  isAsking = true;
  isOutdated = false;
  try {
    const answer = await fetch(document.body.dataset.here, { redirect: "manual" });
    // The session is over: the page that asks for the token takes this one's place.
    if (answer.type === "opaqueredirect") location.reload();
    if (answer.ok) show(await answer.text(), "[data-live]");
    tell(answer.ok);
  } catch {
    tell(false);
  }
  isAsking = false;
  if (isOutdated) refresh();
}

function tell(isThere) {
  const said = document.getElementById("connection");
  if (said) said.hidden = isThere;
}

const REFUSED_MS = 10000;
let stream = null;

/** Listens while somebody looks: browsers have few connections for all their pages. */
function follow() {
  stream?.close();
  stream = document.hidden ? null : new EventSource("/live");
  if (!stream) return;
  for (const what of ["open", "news", "beat"]) stream.addEventListener(what, refresh);
  stream.addEventListener("error", () => {
    tell(false);
    // Refused, which a browser does not try again: the session may be over.
    if (stream.readyState === EventSource.CLOSED) {
      refresh();
      setTimeout(follow, REFUSED_MS);
    }
  });
}

async function copy(button) {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  const word = button.firstChild;
  const before = word.nodeValue;
  word.nodeValue = "Copied";
  setTimeout(() => (word.nodeValue = before), 1500);
}

/** Tries what stands in the form, without leaving the page. */
async function tryOut(form) {
  const told = new URLSearchParams(new FormData(form));
  if (!told.get("issue").trim()) return;
  const answer = await fetch(form.action.split("#")[0], { method: "POST", body: told });
  if (answer.ok) show(await answer.text(), "#trial");
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});
for (const form of document.querySelectorAll("[data-try]")) {
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => tryOut(form), 250);
  };
  form.addEventListener("input", (event) => {
    const picked = event.target.dataset.pick;
    if (picked && event.target.value) form.elements[picked].value = event.target.value;
    soon();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    tryOut(form);
  });
}

complete(document);
if (document.querySelector("[data-live]")) {
  follow();
  document.addEventListener("visibilitychange", follow);
  addEventListener("pagehide", () => stream?.close());
}
