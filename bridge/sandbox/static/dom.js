// Makes elements; text only ever goes in as text.

/** An element with properties and children; strings become text nodes. */
export function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Makes *nodes* the children of *area*, and leaves alone those in place already. */
export function arrange(area, nodes) {
  nodes.forEach((node, at) => {
    if (area.children[at] !== node) area.insertBefore(node, area.children[at] ?? null);
  });
  while (area.children.length > nodes.length) area.lastElementChild.remove();
}

/** Says something for a few seconds at the bottom of the page. */
export function note(text) {
  const said = el("p", {}, text);
  document.getElementById("notes").append(said);
  setTimeout(() => said.remove(), 5000);
}

/** Sends JSON; gives {status, body}, and status 0 where nobody answered. */
export async function send(method, path, value) {
  const options = { method };
  if (value !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(value);
  }
  try {
    const answer = await fetch(path, options);
    const text = await answer.text();
    return { status: answer.status, body: text ? JSON.parse(text) : null };
  } catch {
    return { status: 0, body: null };
  }
}

/** Whose hand it is that clicks; null: the world's first person. */
export const hand = { as: null };

/** Does what a person would do, and says why if it was refused. */
export async function edit(value) {
  const asked = hand.as ? { ...value, as: hand.as } : value;
  const { status, body } = await send("POST", "/sandbox/edits", asked);
  if (status !== 201) note(body?.error ?? "the sandbox does not answer");
  return status === 201;
}
