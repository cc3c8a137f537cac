// Where somebody is, what was played and which breaks were met; and the LMS, which is told that and no more.

const STOPS = FILM.stops;
const length = () => (Number.isFinite(video.duration) ? video.duration : FILM.duration);

const place = {
  at: 0,
  open: -1, // the break that is open
  complete: false,
  of: digest([FILM.duration, ...STOPS.map((stop) => `${stop.id}@${stop.at}`)]),
  met: STOPS.map(() => false),
  played: [],
  spared: [], // warned of, and skipped: nobody is held to have seen it
};

/** Whole is what was played, and what people were spared. */
const share = () => Math.min(1, total(merged([...place.played, ...place.spared])) / FILM.duration);

const spared = (stop) => place.spared.some(([start, end]) => start <= stop.at && stop.at <= end);
const unmet = () => STOPS.filter((stop, number) => !place.met[number] && !spared(stop));

const lms = (() => {
  const given = window.ourwordsLms || {};
  let told = false; // Nothing is written before what was kept has been read, or it would be lost.
  let gone = false; // After the end nothing is said: an LMS may take it for a mistake.
  const call = (name, ...said) => {
    try {
      if (typeof given[name] === "function") return given[name](...said);
    } catch (problem) {
      console.warn(`${name}: ${problem}`);
    }
    return null;
  };
  const facts = () => ({
    at: place.at,
    length: FILM.duration,
    share: share(),
    met: STOPS.length - unmet().length,
    breaks: STOPS.length,
    complete: place.complete,
  });
  return {
    async start() {
      const late = new Promise((resolve) => setTimeout(resolve, 4000, null));
      const state = await Promise.race([Promise.resolve(call("start")).catch(() => null), late]);
      told = true;
      return typeof state === "string" ? state : null;
    },
    save() {
      judge();
      if (told && !gone) call("save", packed(place), facts());
    },
    finish() {
      judge();
      gone = true;
      if (told) call("finish", packed(place), facts());
    },
    event: (name, detail) => gone || call("event", name, detail),
  };
})();

/** Has somebody been through it, as configured? It stays so. */
function judge() {
  const { watched, breaks } = FILM.completion;
  if (place.complete || share() < watched - 0.002 || (breaks && unmet().length)) return;
  place.complete = true;
  lms.event("completed", { at: place.at, share: share(), segments: merged(place.played) });
}

function meet(stop) {
  place.met[STOPS.indexOf(stop)] = true;
}

/** What was kept is joined to what has been done since the page opened. */
function recall(state) {
  const before = state && unpacked(state, place.of, STOPS.length);
  if (!before) return null;
  const within = ([start, end]) => [clamp(start, 0, FILM.duration), clamp(end, 0, FILM.duration)];
  place.played = merged([...place.played, ...before.played.map(within)]);
  place.spared = merged([...place.spared, ...before.spared.map(within)]);
  place.met = place.met.map((met, number) => met || before.met[number]);
  place.complete = place.complete || before.complete;
  return before;
}
