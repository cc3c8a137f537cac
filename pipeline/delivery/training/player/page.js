// The page: its words, and how pieces of it are made. Text gets into it as text alone.

const $ = (id) => document.getElementById(id);
const video = $("film");
const stage = $("stage");
const root = document.documentElement;

const main = (language) => language.split("-")[0].toLowerCase();

/** In which people may read: the film's, the player's, and those that breaks are written in. */
const LANGUAGES = [
  ...new Set(
    [
      FILM.language,
      ...Object.keys(CATALOGUE),
      ...FILM.stops.flatMap((stop) => Object.keys(stop.translations)),
    ].map(main),
  ),
];

let spoken = LANGUAGES.includes(settings.language) ? settings.language : main(FILM.language);

const mode = { room: false }; // a facilitator shows it to a room

/** The language that the player itself speaks in. */
const ours = () => (CATALOGUE[spoken] ? spoken : FILM.words);

/** The player's own words, filled in. */
function t(key, filled = {}) {
  return CATALOGUE[ours()][key].replace(/\{(\w+)\}/g, (_, name) => filled[name]);
}

/** What a break says: [text, its language]. What a translation lacks is said in the film's language. */
function worded(stop, field) {
  const language =
    spoken !== main(FILM.language) && Object.keys(stop.translations).find((one) => main(one) === spoken);
  const said = language && stop.translations[language][field];
  return said ? [said, language] : [stop.wording[field], FILM.language];
}

/** An element: el("p.soft", {lang: "cy"}, "text", another, …). What is null is left out. */
function el(kind, facts = {}, ...children) {
  const [name, ...classes] = kind.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [fact, value] of Object.entries(facts)) {
    if (fact.startsWith("on")) made.addEventListener(fact.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(fact, value === true ? "" : value);
  }
  made.append(...children.filter((one) => one !== null && one !== ""));
  return made;
}

const button = (text, does, facts = {}) =>
  el(facts.first ? "button.first" : "button", { type: "button", ...facts, first: null, onclick: does }, text);

/** Lines of a text as paragraphs in a box of their own; no box where there are none. */
function box(kind, text, facts = {}) {
  const lines = text.split("\n").filter((line) => line.trim());
  return lines.length ? el(`div.${kind}`, facts, ...lines.map((line) => el("p", {}, line))) : null;
}

/** Read out once, when what was being read has ended. */
function say(text) {
  $("said").textContent = "";
  setTimeout(() => ($("said").textContent = text), 100);
}

/** "1 minute 5 seconds", for who hears it. Browsers do not know Welsh, so units are words of ours. */
function heard(seconds) {
  const whole = Math.round(seconds);
  const parts = [
    ["hours", Math.floor(whole / 3600)],
    ["minutes", Math.floor(whole / 60) % 60],
    ["seconds", whole % 60],
  ].filter(([unit, n]) => n || (unit === "seconds" && !whole));
  return parts.map(([unit, n]) => t(unit, { n }).split("|")[n === 1 ? 0 : 1]).join(" ");
}

/** What stands in the page from its start, in the language that is spoken now. */
function speak() {
  root.lang = ours();
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of document.querySelectorAll("[data-label]")) {
    one.setAttribute("aria-label", t(one.dataset.label));
    if (one.tagName === "BUTTON") one.title = t(one.dataset.label);
  }
}
