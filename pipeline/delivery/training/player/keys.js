// The keyboard map: what is shown is what works. No key is taken from a field, a list, a slider or a button,
// nor from a screen reader, which keeps those that it wants to itself.

const NAMED = { ArrowLeft: "←", ArrowRight: "→", PageUp: "Page ↑", PageDown: "Page ↓", Escape: "Esc" };

const KEYS = [
  { keys: [" ", "k"], what: "key_play", does: () => toggle() },
  { keys: ["ArrowLeft"], what: "key_back", does: () => move(place.at - 5) },
  { keys: ["ArrowRight"], what: "key_on", does: () => move(place.at + 5) },
  { keys: ["j"], what: "back_10", does: () => move(place.at - 10) },
  { keys: ["l"], what: "on_10", does: () => move(place.at + 10) },
  { keys: ["["], what: "key_slower", does: () => faster(-1) },
  { keys: ["]"], what: "key_faster", does: () => faster(1) },
  { keys: ["m"], what: "mute", does: () => mute(!video.muted) },
  { keys: ["c"], what: "captions", does: () => captioned(!settings.captions) },
  { keys: ["f"], what: "full_screen", does: () => fullScreen(!root.classList.contains("filled")) },
  { keys: ["h"], what: "contents", does: () => togglePanel("contents") },
  { keys: ["t"], what: "transcript", does: () => togglePanel("transcript") },
  {
    keys: ["n"],
    what: "notes",
    does: () => (mode.room && card.open === "break" ? showNotes() : togglePanel("notes")),
  },
  { keys: ["g"], what: "room", does: () => room(!mode.room) },
  { keys: ["PageDown"], what: "key_next", room: true, does: next },
  { keys: ["PageUp"], what: "key_previous", room: true, does: previous },
  { keys: ["b", "."], what: "key_blank", room: true, does: blank },
  { keys: ["?"], what: "key_map", does: () => togglePanel("keys") },
  { keys: ["Escape"], what: "key_leave", does: escaped },
];

let escapes = [];

/** Three times within two seconds. */
function escaped() {
  const now = performance.now();
  escapes = [...escapes.filter((at) => now - at < 2000), now];
  if (escapes.length >= 3) leave();
}

const TYPED = "textarea, select, input:not([type=checkbox]):not([type=range]), [contenteditable]";
const PRESSED = "button, a, summary, input";

/** Does what has the focus want this key itself? */
function wanted(key, target) {
  if (key === "Escape") return false;
  if (target.closest(TYPED)) return true;
  if (key === " ") return Boolean(target.closest(PRESSED));
  return Boolean(target.closest("input[type=range], #lines")) && /^(Arrow|Page|Home|End)/.test(key);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = KEYS.find((one) => one.keys.includes(key) && (!one.room || mode.room));
  if (!found || wanted(key, event.target) || (key.length === 1 && !mode.room && hasty())) return;
  if (key.length === 1 && key !== " " && !settings.shortcuts && !found.room) return;
  if (!playing.begun && ["ArrowLeft", "ArrowRight", "j", "l"].includes(key)) return;
  if (key !== "Escape") event.preventDefault();
  if (event.repeat && !/^Arrow/.test(key)) return;
  found.does();
});

// A slider's own step is a tenth of a second: too little for a key.
$("place").addEventListener("keydown", (event) => {
  const by = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5 }[event.key];
  if (!by || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  move(place.at + by);
});
