// The film: played, paused to the instant at its marks, captioned.

const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 2];

/** Where it stops by itself: breaks, and what people are warned of. At one moment the break comes first. */
const MARKS = [
  ...STOPS.map((stop) => ({ at: stop.at, stop })),
  ...FILM.warnings.map((warning) => ({ at: warning.start, warning })),
].sort((one, two) => one.at - two.at);

const playing = {
  last: 0, // up to where it has been played since it was last moved
  from: null, // where this stretch of it began
  passed: new Set(), // marks at `last` that are behind us
  agreed: new Set(), // warnings after which somebody chose to watch
  timer: 0,
  begun: false,
  moved: null, // from where somebody moves it
  to: 0,
  settling: 0,
  put: 0, // where we moved it ourselves
};

const playable = () => !card.open || card.open === "end";

/** The next mark that is reached when it plays on to `now`. */
function reached(now) {
  return MARKS.find(
    (mark) =>
      mark.at <= now &&
      (mark.at > playing.last || (mark.at === playing.last && !playing.passed.has(mark))) &&
      !(mark.warning && playing.agreed.has(mark.warning)),
  );
}

function play() {
  if (!playing.begun) return resumable ? begin(resumable.at, resumable.open) : begin(0);
  if (card.open === "end") {
    closeCard();
    if (video.ended || length() - video.currentTime < 0.1) move(0);
  }
  if (card.open === "break") return goOn();
  if (card.open) return prompt().focus();
  const mark = reached(playing.last);
  if (mark) return halt(mark);
  const warning = warned(place.at);
  if (warning) return openWarning(warning);
  if (place.at >= length() - 0.05) return openEnd();
  // A browser may refuse: then it stays paused, and the button says so.
  return video.play().catch(() => {});
}

/** What was pressed for something else, just when the film stopped by itself, is not for the break. */
const hasty = () => card.open === "break" && performance.now() - held.opened < 1000;

function toggle() {
  if (!video.paused) video.pause();
  else if (!hasty()) play();
}

/** It stands at a mark, exactly, and shows its card. */
function halt(mark) {
  clearTimeout(playing.timer);
  video.pause();
  if (playing.from !== null) note(Math.min(video.currentTime, mark.at));
  rest();
  stand(mark.at);
  playing.passed.add(mark);
  if (mark.stop) openBreak(mark.stop);
  else openWarning(mark.warning);
}

/** Put it at a time without anybody having asked for that. */
function stand(at) {
  playing.last = at;
  playing.passed.clear();
  place.at = playing.put = at;
  if (Math.abs(video.currentTime - at) > 0.001) video.currentTime = at;
  draw();
}

/** What people are to be warned of before it plays from here. */
const warned = (at) =>
  FILM.warnings.find((one) => one.start < at && at < one.end && !playing.agreed.has(one));

/** Somebody moves to another time. What lies between is not met. Who draws a slider has not settled yet. */
function move(to, settled = true) {
  const at = clamp(to, 0, length());
  if (!playing.begun) {
    begin(at);
    return;
  }
  if (card.open) closeCard();
  if (playing.moved === null) playing.moved = place.at;
  playing.to = at;
  rest();
  stand(at);
  clearTimeout(playing.settling);
  if (settled) settle();
  else playing.settling = setTimeout(settle, 300);
}

function settle() {
  clearTimeout(playing.settling);
  if (playing.moved === null) return;
  const from = playing.moved;
  playing.moved = null;
  lms.event("seeked", { from, to: playing.to });
  const warning = card.open ? null : warned(place.at);
  if (warning) {
    video.pause();
    openWarning(warning);
  }
  lms.save();
}

/** It has been played as far as `now`. */
function note(now) {
  if (playing.from === null) playing.from = playing.last;
  if (now > playing.last) {
    playing.last = now;
    playing.put = null;
    playing.passed.clear();
  }
  place.at = playing.last;
}

/** The stretch that was being played ends here. */
function rest() {
  if (playing.from !== null && playing.last > playing.from)
    place.played = merged([...place.played, [playing.from, playing.last]]);
  playing.from = null;
}

/** Called often while it plays: by its frames, its own clock, a timer for the instant of the next mark. */
function tick() {
  if (video.paused || video.seeking) return;
  const now = video.currentTime;
  const mark = reached(now);
  if (mark) {
    halt(mark);
    return;
  }
  note(now);
  draw();
  clearTimeout(playing.timer);
  const next = MARKS.find((one) => one.at > now);
  const wait = next ? (next.at - now) / video.playbackRate : 1;
  if (wait < 1) playing.timer = setTimeout(tick, wait * 1000);
}

let awaited = false; // one chain of frames, however often it is paused and played

function frames() {
  tick();
  if (video.paused || awaited) return;
  awaited = true;
  const next = () => ((awaited = false), frames());
  if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(next);
  else requestAnimationFrame(next);
}

function speed(rate) {
  video.playbackRate = video.defaultPlaybackRate = rate;
  set("speed", rate);
  $("speed").value = String(rate);
  lms.event("interacted", { speed: rate });
}

const faster = (by) => speed(SPEEDS[clamp(SPEEDS.indexOf(settings.speed) + by, 0, SPEEDS.length - 1)]);

function mute(muted) {
  video.muted = muted;
  set("muted", muted);
  draw();
  lms.event("interacted", { volume: muted ? 0 : video.volume });
}

function louder(volume) {
  video.volume = volume;
  set("volume", volume);
  lms.event("interacted", { volume });
}

function captioned(on) {
  set("captions", on);
  draw();
  lms.event("interacted", { captions: on });
}

/** The same moment of another version: described, or signed. */
function version(kind) {
  const [at, running] = [video.currentTime, !video.paused];
  video.pause();
  rest();
  set("version", kind);
  video.src = `${kind}.mp4`;
  video.addEventListener(
    "loadedmetadata",
    () => {
      stand(at);
      video.playbackRate = settings.speed;
      if (running) play();
    },
    { once: true },
  );
  lms.event("interacted", { version: kind });
}

// What is seen of it ------------------------------------------------------------------------------------

const cueAt = (now) => FILM.cues.find((cue) => cue.start <= now && now < cue.end);
let shown = null;
let shownAt = "";

function drawCaptions(now) {
  const cue = (settings.captions && playing.begun && playable() && cueAt(now)) || null;
  const at = cue && cue.top && settings.place === "bottom" ? "top" : settings.place;
  const box = $("captions");
  box.className = `at-${at} size-${settings.size}`;
  stage.classList.toggle("captions-under", settings.captions && settings.place === "under");
  if (cue === shown && at === shownAt) return;
  [shown, shownAt] = [cue, at];
  const lines = cue ? cue.lines.map((line) => el("span", {}, line)) : [];
  box.firstElementChild.replaceChildren(
    ...lines.flatMap((line, number) => (number ? [el("br"), line] : [line])),
  );
  box.firstElementChild.className = cue && cue.colour ? `colour-${cue.colour}` : "";
}

let drawn = "";

/** All that follows the film's clock. */
function draw() {
  const now = place.at;
  drawCaptions(now);
  const facts = [
    Math.floor(now * 4),
    video.paused,
    settings.captions,
    settings.muted,
    card.open,
    spoken,
  ].join();
  if (facts === drawn) return;
  drawn = facts;
  const [at, whole] = [now, FILM.duration];
  $("time").textContent = `${clock(at)} / ${clock(whole)}`;
  const slider = $("place");
  slider.value = at;
  // Who hears it is not told each second: only when it stands, or every quarter of a minute.
  if (video.paused || Math.floor(now) % 15 === 0 || !slider.hasAttribute("aria-valuetext"))
    slider.setAttribute("aria-valuetext", t("of", { at: heard(at), length: heard(whole) }));
  $("play").textContent = video.paused ? t("play") : t("pause");
  $("play").className = video.paused ? "first stands" : "first runs";
  $("cc").setAttribute("aria-pressed", settings.captions);
  $("mute").setAttribute("aria-pressed", video.muted);
  followed(now);
}
