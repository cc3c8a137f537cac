// What takes the picture's place: before the start, at a break, before what people are warned of, at the end.

const STEPS = { own: 0, what: 3, gibbs: 6, circle: 4 };
const LONGER = 60;

const card = { open: "", draw: null };

const held = { stop: null, step: 0, total: 0, left: 0, running: false, until: 0, over: false, shown: false };

/** Show a card. It is drawn again when the language changes; the prompt has the focus only when it opens. */
function openCard(kind, drawing, focus = true) {
  card.open = kind;
  card.draw = drawing;
  drawCard();
  draw();
  if (focus) prompt().focus();
}

const prompt = () => $("card").querySelector("h2");

function drawCard() {
  if (!card.draw) return;
  const { name, parts } = card.draw();
  const box = $("card");
  box.className = card.open === "break" && STEPS[held.stop.template] ? "break stepped" : card.open;
  const asked = card.open === "break" || card.open === "warning";
  box.setAttribute("role", asked ? "dialog" : "region");
  box.setAttribute("aria-labelledby", "card-name");
  box.replaceChildren(...name, ...parts.filter((one) => one !== null));
  box.hidden = false;
  document.body.dataset.state = card.open;
}

function closeCard() {
  const focused = $("card").contains(document.activeElement);
  card.open = "";
  card.draw = null;
  stopTimer();
  held.stop = null;
  place.open = -1;
  $("card").hidden = true;
  $("card").replaceChildren();
  delete document.body.dataset.state;
  draw();
  if (focused) $("play").focus();
}

const heading = (text, facts = {}) => el("h2", { id: "card-name", tabindex: "-1", ...facts }, text);
const actions = (...buttons) => el("div.actions", {}, ...buttons);

// Before the start --------------------------------------------------------------------------------------

let resumable = null;

function openStart() {
  openCard("start", startCard, false);
}

function startCard() {
  const said = { length: heard(FILM.duration), breaks: STOPS.length };
  const agreed = FILM.agreement.map((one) => el("li", { lang: FILM.language }, one));
  const place = resumable && { at: clock(resumable.at) };
  return {
    name: [heading(t("before"))],
    parts: [
      box("note", FILM.note, { lang: FILM.language }),
      el("p", {}, t(STOPS.length ? "lasts" : "lasts_alone", said)),
      el("p", {}, t("may_leave")),
      agreed.length && mode.room ? el("h3", {}, t("agreement")) : null,
      agreed.length && mode.room ? el("ul", {}, ...agreed) : null,
      place
        ? actions(
            button(t("resume", place), () => begin(resumable.at, resumable.open), { first: true }),
            button(t("start_again"), () => begin(0)),
          )
        : actions(button(t("start"), () => begin(0), { first: true })),
    ],
  };
}

/** It starts, or goes on where somebody left it: in a break that was open, too. */
function begin(at, open = -1) {
  playing.begun = true;
  closeCard();
  $("play").focus();
  stand(open >= 0 ? STOPS[open].at : clamp(at, 0, FILM.duration));
  if (open >= 0) halt(MARKS.find((mark) => mark.stop === STOPS[open]));
  else play();
}

// At a break --------------------------------------------------------------------------------------------

function openBreak(stop) {
  Object.assign(held, {
    stop,
    step: 0,
    total: stop.seconds,
    left: stop.seconds,
    running: false,
    over: false,
    shown: false,
    opened: performance.now(),
  });
  place.open = STOPS.indexOf(stop);
  meet(stop);
  if (opened === "contents") redrawPanel();
  startTimer();
  openCard("break", breakCard);
  say(t("film_paused"));
  lms.save();
}

/** Open a break that somebody asks for: it is met then. */
function visit(stop) {
  playing.begun = true;
  if (card.open) closeCard();
  rest();
  video.pause();
  halt(MARKS.find((mark) => mark.stop === stop));
}

function breakCard() {
  const stop = held.stop;
  const number = STOPS.indexOf(stop) + 1;
  const easy = worded(stop, "easy")[0];
  const [said, language] = settings.easy && easy ? worded(stop, "easy") : worded(stop, "prompt");
  const [warned, in_] = worded(stop, "note");
  const name = `${t("reflection", { n: number, m: STOPS.length })} · ${t(`kind_${stop.kind}`)}`;
  return {
    name: [el("p.kind", { id: "card-name" }, name)],
    parts: [
      box("note", warned, { lang: in_ }),
      el("h2", { tabindex: "-1", lang: language }, said),
      stepOf(stop),
      timerOf(stop),
      actions(
        button(t("go_on"), goOn, { first: true }),
        button(t("longer"), longer),
        button(t("go_back"), goBack),
        button(t("skip"), goOn),
        easy ? button(t("easy_read"), easier, { "aria-pressed": String(settings.easy) }) : null,
      ),
      mode.room ? roomTools(stop) : noteOf(stop),
    ],
  };
}

function stepOf(stop) {
  const count = STEPS[stop.template];
  if (!count) return null;
  const [title, asked] = t(`${stop.template}_${held.step + 1}`).split("|");
  return el(
    "div.step",
    {},
    el("p.soft", {}, t("step", { n: held.step + 1, m: count })),
    el("h3", { tabindex: "-1" }, title),
    el("p", {}, asked),
    actions(
      held.step + 1 < count ? button(t("next_step"), () => stepTo(held.step + 1)) : null,
      held.step ? button(t("previous_step"), () => stepTo(held.step - 1)) : null,
    ),
  );
}

function stepTo(step) {
  held.step = step;
  drawCard();
  $("card").querySelector(".step h3").focus();
}

function easier() {
  set("easy", !settings.easy);
  drawCard();
  prompt().focus();
}

/** On with the film from the break. Who skips and who stays are told apart by nobody. */
function goOn() {
  closeCard();
  play();
}

/** Back to the beginning of what was said last; then it comes to the break again. */
function goBack() {
  const said = FILM.lines.filter((line) => !line.heading && line.start < held.stop.at - 1).pop();
  const to = said ? said.start : Math.max(0, held.stop.at - 10);
  closeCard();
  move(to);
  play();
}

function noteOf(stop) {
  const field = el("textarea", { rows: "3", id: "break-note", oninput: () => write(stop.id, field.value) });
  field.value = notes()[stop.id] || "";
  return el(
    "details",
    { open: stop.kind === "write" || Boolean(field.value) },
    el("summary", {}, t("note")),
    el("label", { for: "break-note" }, t(kept.refused ? "notes_unkept" : "notes_kept")),
    field,
  );
}

// The timer of a break: seen, never in the way ------------------------------------------------------------

function timerOf(stop) {
  return stop.seconds ? el("p.timer", { id: "timer", role: "timer" }, timerSays()) : null;
}

const timerSays = () => (held.over ? t("time_is_up") : t("left", { time: clock(Math.ceil(held.left)) }));

let beat = 0;

function startTimer() {
  if (!held.stop.seconds || held.running) return;
  held.running = true;
  held.until = Date.now() + held.left * 1000;
  beat = setInterval(count, 250);
}

function stopTimer() {
  clearInterval(beat);
  held.running = false;
}

function count() {
  held.left = Math.max(0, (held.until - Date.now()) / 1000);
  if (!held.left && !held.over) {
    held.over = true;
    stopTimer();
    say(t("time_is_up"));
    if (mode.room && settings.sound) ring();
    if ($("run")) $("run").textContent = t("start_timer");
  }
  const box = $("timer");
  if (box && box.textContent !== timerSays()) box.textContent = timerSays();
}

function longer() {
  const running = held.running || held.over;
  stopTimer();
  held.left += LONGER;
  held.over = false;
  if (running) startTimer();
  if ($("timer")) $("timer").textContent = timerSays();
  say(t("longer_said", { time: heard(held.left) }));
}

// Before what people are warned of ------------------------------------------------------------------------

function openWarning(warning) {
  openCard("warning", () => ({
    name: [el("p.kind", { id: "card-name" }, t("warning"))],
    parts: [
      el("h2", { tabindex: "-1", lang: FILM.language }, warning.text),
      actions(
        button(t("watch"), () => watchWarned(warning), { first: true }),
        button(t("spare", { at: clock(warning.end) }), () => spare(warning)),
      ),
      el("p.soft", {}, t("spared")),
    ],
  }));
  say(t("film_paused"));
}

function watchWarned(warning) {
  playing.agreed.add(warning);
  closeCard();
  play();
}

function spare(warning) {
  place.spared = merged([...place.spared, [warning.start, warning.end]]);
  closeCard();
  stand(warning.end);
  lms.save();
  play();
}

// At the end, and when there is no film -------------------------------------------------------------------

function openEnd() {
  lms.save();
  openCard("end", endCard);
}

function endCard() {
  const missing = unmet();
  const part = `${Math.floor(share() * 100 + 0.01)}%`;
  return {
    name: [heading(t("ended"))],
    parts: [
      el("p", {}, place.complete ? t("complete") : t("watched", { share: part })),
      missing.length ? el("p", {}, t("open_breaks")) : null,
      missing.length ? el("ul.plain", {}, ...missing.map((stop) => el("li", {}, visiting(stop)))) : null,
      ...supportList(),
      actions(
        button(t("again"), () => (closeCard(), move(0), play()), { first: true }),
        button(t("notes"), () => openPanel("notes", true)),
      ),
    ],
  };
}

function visiting(stop) {
  const [said, language] = worded(stop, "prompt");
  return button(el("span", { lang: language }, `${clock(stop.at)} ${said}`), () => visit(stop));
}

function supportList() {
  if (!FILM.support.length) return [];
  const rows = FILM.support.map((one) =>
    el("li", {}, el("strong", {}, one.name), " ", contact(one.contact), one.about ? ` – ${one.about}` : ""),
  );
  return [el("p", {}, t("support_how")), el("ul", { lang: FILM.language }, ...rows)];
}

/** A telephone number or an address of mail or the web can be followed; it is asked for by nobody else. */
function contact(text) {
  const digits = text.replace(/[\s()-]/g, "");
  if (/^\+?\d{3,15}$/.test(digits)) return el("a", { href: `tel:${digits}` }, text);
  if (/^https?:\/\/\S+$/i.test(text))
    return el("a", { href: text, rel: "noreferrer noopener", target: "_blank" }, text);
  if (/^[^\s@:/]+@[^\s@:/]+$/.test(text)) return el("a", { href: `mailto:${text}` }, text);
  return text;
}

function openBroken() {
  const file = video.currentSrc.split("/").pop() || "film.mp4";
  playing.begun = false;
  openCard("broken", () => ({
    name: [heading(t("unplayable"))],
    parts: [el("p", {}, t("unplayable_why", { file }))],
  }));
}
