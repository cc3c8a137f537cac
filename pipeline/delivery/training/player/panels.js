// Beside the film, one at a time: chapters and breaks, transcript, notes, settings, keys, support.

const PANELS = {
  contents: contentsPanel,
  transcript: transcriptPanel,
  notes: notesPanel,
  settings: settingsPanel,
  keys: keysPanel,
  ...(FILM.support.length ? { support: supportList } : {}),
};

let opened = "";
let rows = []; // of the transcript, while it is open: [start, element]

function openPanel(name, focus = false) {
  const inside = $("panel").contains(document.activeElement);
  const before = opened;
  opened = name;
  rows = [];
  $("panel").hidden = !name;
  root.classList.toggle("beside", Boolean(name));
  if (name)
    $("panel").replaceChildren(
      el("h2", { id: "panel-name", tabindex: "-1" }, t(name)),
      button(t("close"), () => openPanel("")),
      el("div", { id: "panel-body" }, ...PANELS[name]()),
    );
  else $("panel").replaceChildren();
  drawTabs();
  if (name) followed(place.at);
  if (focus && name) $("panel-name").focus();
  else if (inside && !name && before)
    ($("tabs").querySelector(`[data-panel=${before}]`) || $("play")).focus();
}

const redrawPanel = () => opened && openPanel(opened);
const togglePanel = (name) => openPanel(opened === name ? "" : name, true);

function drawTabs() {
  const tabs = $("tabs");
  if (!tabs.children.length)
    tabs.append(
      ...Object.keys(PANELS).map((name) =>
        button(t(name), () => openPanel(opened === name ? "" : name), {
          "data-panel": name,
          "aria-controls": "panel",
        }),
      ),
    );
  for (const one of tabs.children) {
    one.textContent = t(one.dataset.panel);
    one.setAttribute("aria-expanded", opened === one.dataset.panel);
  }
}

function contentsPanel() {
  const chapters = FILM.chapters.map((one) => ({ at: one.start, chapter: one }));
  const all = [...chapters, ...STOPS.map((stop) => ({ at: stop.at, stop }))].sort(
    (one, two) => one.at - two.at,
  );
  return [
    el(
      "ol.plain",
      {},
      ...all.map((one) => el("li", {}, one.stop ? breakRow(one.stop) : chapterRow(one.chapter))),
    ),
  ];
}

function chapterRow(chapter) {
  const go = () => (move(chapter.start), play());
  return rowed(go, clock(chapter.start), [chapter.text, FILM.language], t("chapter"));
}

function breakRow(stop) {
  const state = place.met[STOPS.indexOf(stop)] ? t("met") : t("not_met");
  return rowed(() => visit(stop), clock(stop.at), worded(stop, "prompt"), `${t("break_name")} · ${state}`);
}

const rowed = (go, at, [text, lang], soft) =>
  el(
    "button.row",
    { type: "button", onclick: go },
    `${at} `,
    el("span", { lang }, text),
    soft ? el("span.soft", {}, ` ${soft}`) : null,
  );

// Transcript ------------------------------------------------------------------------------------------

function transcriptPanel() {
  const list = el("ol.plain", {
    id: "lines",
    lang: FILM.language,
    tabindex: "0",
    "aria-label": t("transcript"),
  });
  const count = el("p.soft", { role: "status" });
  const search = el("input", {
    type: "search",
    id: "search",
    oninput: () => find(list, count, search.value),
  });
  const follow = el("input", { type: "checkbox", onchange: () => set("follow", follow.checked) });
  follow.checked = settings.follow;
  find(list, count, "");
  return [
    el("label", { for: "search" }, t("search")),
    search,
    count,
    el("label.check", {}, follow, " ", t("follow")),
    list,
  ];
}

/** The lines that have these words, marked; all lines where none are asked for. */
function find(list, count, asked) {
  const wanted = folded(asked.trim());
  const lines = FILM.lines.filter(
    (one) => !wanted || (!one.heading && folded(`${one.speaker} ${one.text}`).includes(wanted)),
  );
  rows = [];
  list.replaceChildren(
    ...lines.map((one) =>
      one.heading ? el("li.heading", {}, el("h3", {}, one.text)) : lineRow(one, wanted),
    ),
  );
  count.textContent = wanted ? t("found", { n: lines.length }) : "";
}

function lineRow(line, wanted) {
  const go = () => (move(line.start), play());
  const said = el(
    "p",
    {},
    line.speaker ? el("strong", {}, `${line.speaker}: `) : null,
    ...marked(line.text, wanted),
  );
  const at = el(
    "button",
    { type: "button", "aria-label": t("play_from", { at: clock(line.start) }), lang: ours() },
    clock(line.start),
  );
  const row = el("li", { onclick: go }, at, said);
  rows.push([line.start, row]);
  return row;
}

function marked(text, wanted) {
  const [pieces, letters, plain] = [[], [...text], folded(text)];
  let from = 0;
  for (let at = wanted ? plain.indexOf(wanted) : -1; at >= 0; at = plain.indexOf(wanted, from)) {
    pieces.push(
      letters.slice(from, at).join(""),
      el("mark", {}, letters.slice(at, at + wanted.length).join("")),
    );
    from = at + wanted.length;
  }
  return [...pieces, letters.slice(from).join("")];
}

/** The line that is being said is marked, and kept in sight within its list; the page itself stays put. */
function followed(now) {
  let current = null;
  for (const [start, row] of rows) if (start <= now + 0.05) current = row;
  for (const [, row] of rows) {
    if (row === current && !row.hasAttribute("aria-current")) {
      row.setAttribute("aria-current", "true");
      const list = row.parentElement;
      if (settings.follow) list.scrollTop = row.offsetTop - list.offsetTop - list.clientHeight / 3;
    } else if (row !== current) row.removeAttribute("aria-current");
  }
}

// Notes -----------------------------------------------------------------------------------------------

/** [id, what it is about, its language] of each note. */
const noted = () => [
  ...STOPS.map((stop) => [stop.id, ...worded(stop, "prompt")]),
  ["film", t("notes_general"), ours()],
];

function notesPanel() {
  const fields = noted().flatMap(([id, text, lang]) => {
    const field = el("textarea", {
      id: `note-${id}`,
      rows: "4",
      oninput: () => noteWritten(id, field.value),
    });
    field.value = notes()[id] || "";
    return [el("label", { for: `note-${id}`, lang }, text), field];
  });
  const tools = el("div", { id: "note-tools" }, noteTools());
  return [
    el("p.note", { id: "notes-where" }, t(kept.refused ? "notes_unkept" : "notes_kept")),
    ...fields,
    tools,
  ];
}

function noteWritten(id, text) {
  write(id, text);
  $("notes-where").textContent = t(kept.refused ? "notes_unkept" : "notes_kept");
}

const noteTools = () =>
  actions(button(t("print"), printNotes), button(t("download"), downloadNotes), button(t("wipe"), askToWipe));

function askToWipe() {
  const sure = el("p", { tabindex: "-1" }, t("wipe_sure"));
  const back = () => (openPanel("notes"), $("note-tools").querySelector("button").focus());
  const yes = () => (wipe(), back(), card.open === "break" && drawCard(), say(t("wiped")));
  $("note-tools").replaceChildren(
    sure,
    actions(button(t("wipe_yes"), yes), button(t("wipe_no"), back, { first: true })),
  );
  sure.focus();
}

const writtenNotes = () => noted().filter(([id]) => notes()[id]);

function printNotes() {
  $("paper").replaceChildren(
    el("h1", { lang: FILM.language }, FILM.title),
    el("p", {}, t("notes")),
    ...writtenNotes().flatMap(([id, text, lang]) => [
      el("h2", { lang }, text),
      el("p.written", {}, notes()[id]),
    ]),
  );
  root.classList.add("printing");
  window.print();
}

window.addEventListener("afterprint", () => {
  root.classList.remove("printing");
  $("paper").replaceChildren();
});

function downloadNotes() {
  const text = [FILM.title, ...writtenNotes().map(([id, about]) => `${about}\n\n${notes()[id]}`)].join(
    "\n\n\n",
  );
  const address = URL.createObjectURL(new Blob([`${text}\n`], { type: "text/plain;charset=utf-8" }));
  el("a", { href: address, download: t("notes_file") }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

// Settings --------------------------------------------------------------------------------------------

function settingsPanel() {
  const named = (code) => {
    if (CATALOGUE[code]) return CATALOGUE[code].name;
    try {
      return new Intl.DisplayNames([code], { type: "language" }).of(code);
    } catch {
      return code;
    }
  };
  return [
    choice(
      "language",
      LANGUAGES.map((one) => [one, named(one), one]),
      spoken,
      (value) => {
        set("language", value);
        spoken = value;
        speakAll();
        $("choose-language").focus();
      },
    ),
    choice(
      "look",
      ["system", "light", "dark"].map((one) => [one, t(`look_${one}`)]),
      settings.look,
      (value) => {
        set("look", value);
        root.dataset.look = value;
      },
    ),
    choice(
      "caption_size",
      ["small", "medium", "large", "huge"].map((one) => [one, t(`size_${one}`)]),
      settings.size,
      (value) => {
        set("size", value);
        draw();
        drawCaptions(place.at);
      },
    ),
    choice(
      "caption_place",
      ["bottom", "top", "under"].map((one) => [one, t(`place_${one}`)]),
      settings.place,
      (value) => {
        set("place", value);
        drawCaptions(place.at);
      },
    ),
    ...volumeSetting(),
    ...shortcutSetting(),
  ];
}

function choice(name, options, chosen, does) {
  const list = el(
    "select",
    { id: `choose-${name}`, onchange: () => does(list.value) },
    ...options.map(([value, text, lang]) => el("option", { value, lang: lang || null }, text)),
  );
  list.value = chosen;
  return el("label.choice", {}, el("span", {}, t(name)), list);
}

function volumeSetting() {
  const slider = el("input", {
    type: "range",
    min: "0",
    max: "1",
    step: "0.05",
    oninput: () => louder(Number(slider.value)),
  });
  slider.value = video.volume;
  return [el("label.choice", {}, el("span", {}, t("volume")), slider)];
}

function shortcutSetting() {
  const box = el("input", { type: "checkbox", onchange: () => set("shortcuts", box.checked) });
  box.checked = settings.shortcuts;
  return [el("label.check", {}, box, " ", t("shortcuts"))];
}

// Keys ------------------------------------------------------------------------------------------------

function keysPanel() {
  const shown = KEYS.flatMap((one) => {
    const keys = one.keys.map((key) =>
      el("kbd", {}, NAMED[key] || (key === " " ? t("space_keys") : key.toUpperCase())),
    );
    return [
      el("dt", {}, ...keys.flatMap((key, number) => (number ? [" ", key] : [key]))),
      el("dd", {}, t(one.what)),
    ];
  });
  return [el("p", {}, t("keys_how")), el("dl", {}, ...shown)];
}
