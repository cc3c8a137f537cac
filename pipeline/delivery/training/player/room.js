// For a room: the prompt over the whole screen, a clicker, notes for who leads, a timer that all see.

let jumped = null; // where "next" left the film, so that "back" leads there

function room(on) {
  mode.room = on;
  root.classList.toggle("room", on);
  $("room").setAttribute("aria-pressed", on);
  $("previous").hidden = $("next").hidden = !on;
  if (on) openPanel("");
  fullScreen(on);
  drawCard();
}

/** What a facilitator has beside the prompt. */
function roomTools(stop) {
  const [said, language] = worded(stop, "notes");
  const sound = el("input", { type: "checkbox", onchange: () => set("sound", sound.checked) });
  sound.checked = settings.sound;
  return el(
    "div.tools",
    {},
    actions(
      stop.seconds ? button(t(held.running ? "stop_timer" : "start_timer"), runTimer, { id: "run" }) : null,
      button(t("show_notes"), showNotes, { id: "show", "aria-expanded": String(held.shown) }),
    ),
    stop.seconds ? el("label.check", {}, sound, " ", t("sound")) : null,
    held.shown ? box("notes", said || t("no_notes"), { lang: said ? language : null }) : null,
  );
}

function runTimer() {
  if (held.over) Object.assign(held, { left: held.total, over: false });
  if (held.running) stopTimer();
  else startTimer();
  drawCard();
  $("run").focus();
}

function showNotes() {
  held.shown = !held.shown;
  drawCard();
  $("show").focus();
}

/** Two soft tones, made here: no file of sound has to be there. */
function ring() {
  try {
    const sound = new AudioContext();
    for (const [number, pitch] of [523, 392].entries()) {
      const [tone, level, at] = [
        sound.createOscillator(),
        sound.createGain(),
        sound.currentTime + number * 0.5,
      ];
      tone.frequency.value = pitch;
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(0.25, at + 0.03);
      level.gain.exponentialRampToValueAtTime(0.001, at + 1.4);
      tone.connect(level).connect(sound.destination);
      tone.start(at);
      tone.stop(at + 1.5);
    }
    setTimeout(() => sound.close(), 3000);
  } catch {
    // A machine without sound: the words have been shown.
  }
}

/** A step, then the film, then the next break: as slides come. */
function next() {
  if (unblanked()) return;
  if (card.open === "break" && held.step + 1 < STEPS[held.stop.template]) stepTo(held.step + 1);
  else if (card.open === "break") goOn();
  else if (card.open) $("card").querySelector("button").click();
  else {
    const stop = STOPS.find((one) => one.at > place.at);
    if (!stop) {
      play();
      return;
    }
    const from = place.at;
    visit(stop);
    jumped = from;
  }
}

function previous() {
  if (unblanked() || card.open === "start") return;
  if (card.open === "break" && held.step) stepTo(held.step - 1);
  else if (card.open === "break" && jumped === null) goBack();
  else if (card.open === "break") {
    const to = jumped;
    closeCard();
    move(to);
    play();
  } else {
    const stop = STOPS.filter((one) => one.at < place.at).pop();
    if (stop) visit(stop);
    else {
      move(0);
      play();
    }
  }
  jumped = null;
}

let goesOn = false; // after the black screen

function blank() {
  if (unblanked()) return;
  goesOn = !video.paused;
  video.pause();
  $("blank").hidden = false;
  $("blank").focus();
}

function unblanked() {
  if ($("blank").hidden) return false;
  $("blank").hidden = true;
  if (goesOn) play();
  if (card.open) prompt().focus();
  else $("play").focus();
  return true;
}

// The whole screen; where a browser refuses it, as in some frames, the whole window ----------------------

const screenOf = () => document.fullscreenElement || document.webkitFullscreenElement;

async function fullScreen(on) {
  root.classList.toggle("filled", on);
  $("full").setAttribute("aria-pressed", on);
  try {
    if (on && !screenOf()) await (root.requestFullscreen || root.webkitRequestFullscreen).call(root);
    else if (!on && screenOf())
      await (document.exitFullscreen || document.webkitExitFullscreen).call(document);
  } catch {
    // Refused: it fills the window.
  }
}

for (const name of ["fullscreenchange", "webkitfullscreenchange"])
  document.addEventListener(name, () => {
    const on = Boolean(screenOf()) || mode.room;
    root.classList.toggle("filled", on);
    $("full").setAttribute("aria-pressed", on);
  });
