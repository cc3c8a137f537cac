// What stays in this browser: notes under a key of their own, settings under another. Where the browser
// refuses, both last as long as the page is open, and the notes say so.

const FILM = window.ourwordsFilm;
const NOTES = `ourwords:${FILM.id}:notes`;
const SETTINGS = "ourwords:settings";

const kept = { refused: false, memory: new Map() };

/** From the browser each time: another window of the same film may have written there. */
function readKept(key) {
  if (kept.refused && kept.memory.has(key)) return kept.memory.get(key);
  try {
    return JSON.parse(localStorage.getItem(key)) || {};
  } catch {
    return {};
  }
}

function keep(key, value) {
  kept.memory.set(key, value);
  try {
    if (Object.keys(value).length) localStorage.setItem(key, JSON.stringify(value));
    else localStorage.removeItem(key);
  } catch {
    kept.refused = true;
  }
}

const settings = {
  captions: true,
  size: "medium",
  place: "bottom",
  look: "system",
  shortcuts: true,
  sound: false,
  easy: false,
  follow: true,
  volume: 1,
  muted: false,
  speed: 1,
  version: "film",
  language: "",
  ...readKept(SETTINGS),
};

function set(name, value) {
  settings[name] = value;
  keep(SETTINGS, { ...settings });
}

const notes = () => readKept(NOTES);

function write(id, text) {
  const all = { ...notes() };
  if (text.trim()) all[id] = text;
  else delete all[id];
  keep(NOTES, all);
}

const wipe = () => keep(NOTES, {});

(function tried() {
  try {
    localStorage.setItem("ourwords:tried", "1");
    localStorage.removeItem("ourwords:tried");
  } catch {
    kept.refused = true;
  }
})();
