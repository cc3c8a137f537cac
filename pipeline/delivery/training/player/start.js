// All is joined, and it starts.

/** At once to a neutral page: the place is kept, and nothing else is said of it. An LMS may take its time, so
 * the page is blank before it is asked. */
function leave() {
  document.body.hidden = true;
  document.title = t("left_title");
  video.pause();
  rest();
  const to = /^https?:\/\//i.test(FILM.leave) ? FILM.leave : `left.html#${ours()}`;
  setTimeout(() => (lms.finish(), window.location.replace(to)), 20);
}

function speakAll() {
  speak();
  drawn = "";
  draw();
  drawCard();
  drawTabs();
  redrawPanel();
  $("version").hidden = !FILM.versions.length;
  const kinds = ["film", ...FILM.versions];
  const list = $("version").querySelector("select");
  list.replaceChildren(...kinds.map((kind) => el("option", { value: kind }, t(`version_${kind}`))));
  list.value = kinds.includes(settings.version) ? settings.version : "film";
}

function wire() {
  const does = {
    leave,
    play: toggle,
    back: () => move(place.at - 10),
    on: () => move(place.at + 10),
    mute: () => mute(!video.muted),
    cc: () => captioned(!settings.captions),
    full: () => fullScreen(!root.classList.contains("filled")),
    room: () => room(!mode.room),
    next,
    previous,
    blank: unblanked,
  };
  for (const [id, what] of Object.entries(does)) $(id).addEventListener("click", () => what());
  $("place").addEventListener("input", () => move(Number($("place").value), false));
  $("place").addEventListener("change", settle);
  $("speed").append(...SPEEDS.map((rate) => el("option", { value: rate }, `${rate}×`)));
  $("speed").value = String(settings.speed);
  $("speed").addEventListener("change", () => speed(Number($("speed").value)));
  $("version").addEventListener("change", (event) => version(event.target.value));
  const ticks = STOPS.map((stop) => {
    const tick = el("i");
    tick.style.left = `${(stop.at / FILM.duration) * 100}%`;
    return tick;
  });
  $("marks").append(...ticks);
}

function watchFilm() {
  video.addEventListener("click", toggle);
  video.addEventListener("timeupdate", tick);
  video.addEventListener("play", () => {
    // Asked for by a key of the keyboard or the headphones, which the page does not see.
    if (card.open === "warning") {
      video.pause();
      return;
    }
    playing.begun = true;
    if (card.open) closeCard();
    playing.from = playing.last;
    lms.event("played", { at: place.at });
    draw();
    frames();
  });
  video.addEventListener("pause", () => {
    clearTimeout(playing.timer);
    rest();
    draw();
    lms.event("paused", { at: place.at, segments: place.played });
    lms.save();
  });
  video.addEventListener("seeking", () => {
    const near = (at) => Math.abs(video.currentTime - at) < 0.05;
    if (near(playing.put) || near(playing.last)) return;
    const from = playing.last;
    rest();
    stand(video.currentTime);
    if (!video.paused) playing.from = playing.last;
    lms.event("seeked", { from, to: place.at });
  });
  video.addEventListener("ended", () => {
    const mark = reached(FILM.duration);
    if (mark) {
      halt(mark);
      return;
    }
    if (playing.from === null) playing.from = playing.last;
    note(FILM.duration);
    rest();
    openEnd();
  });
  video.addEventListener("loadedmetadata", () => {
    awaited = false;
    if (playing.begun) stand(place.at);
    if (card.open === "broken") openStart();
  });
  video.addEventListener("error", openBroken);
  video.volume = settings.volume;
  video.muted = settings.muted;
  video.playbackRate = video.defaultPlaybackRate = settings.speed;
  if (FILM.versions.includes(settings.version)) video.src = `${settings.version}.mp4`;
}

/** The language that somebody told their LMS they like to read, where they chose none here. */
function prefer(languages) {
  const liked = languages.map(main).find((one) => LANGUAGES.includes(one));
  if (!liked || settings.language || liked === spoken) return;
  spoken = liked;
  speakAll();
}

async function remember() {
  const before = recall(await lms.start());
  prefer((window.ourwordsLms || {}).languages || []);
  if (before && before.at > 0.5 && !playing.begun) {
    resumable = { at: Math.min(before.at, FILM.duration), open: before.open };
    Object.assign(place, resumable);
    if (card.open === "start") drawCard();
  }
  draw();
}

root.dataset.look = settings.look;
$("controls").hidden = $("tabs").hidden = false;
wire();
watchFilm();
openStart();
speakAll();
if (video.error) openBroken();
remember();
setInterval(() => !video.paused && lms.save(), 30000);
window.addEventListener("pagehide", () => (rest(), lms.finish()));
window.addEventListener("pageshow", (event) => event.persisted && window.location.reload());
document.addEventListener("visibilitychange", () => document.hidden && lms.save());
