const two = (number) => String(number).padStart(2, "0");

const dialect = {
  api: "API",
  prefix: "LMS",
  finish: "Finish",
  names: {
    status: "cmi.core.lesson_status",
    state: "cmi.suspend_data",
    location: "cmi.core.lesson_location",
    time: "cmi.core.session_time",
    exit: "cmi.core.exit",
  },
  statuses: ["not attempted", "incomplete", "completed", "passed", "failed", "browsed"],
  settled: ["incomplete", "failed", "browsed"],
  done: ["completed", "passed"],
  exit: "", // an attempt that is complete is not gone on with
  fresh: () => false,
  mode: (get) => (get("cmi.core._children").includes("lesson_mode") ? get("cmi.core.lesson_mode") : ""), // optional

  /** "00:02:05.40": two to four digits of hours, and two decimals, as the Learning Hub wants them. */
  time(hundredths) {
    const seconds = Math.floor(hundredths / 100);
    const hours = Math.min(Math.floor(seconds / 3600), 9999);
    const minutes = Math.floor(seconds / 60) % 60;
    return `${two(hours)}:${two(minutes)}:${two(seconds % 60)}.${two(hundredths % 100)}`;
  },
};
