const dialog = document.querySelector("dialog"), video = dialog.querySelector("video"), told = document.getElementById("shown");
let until = Infinity;
// A page that is opened from a disk may read no file beside it: the captions are in the page.
const captions = video.querySelector("track"), text = document.getElementById("vtt").content.textContent;
captions.src = URL.createObjectURL(new Blob([text], { type: "text/vtt" }));
captions.track.mode = "hidden"; // at hand, and not over those in the picture until somebody asks
document.addEventListener("click", event => {
  const link = event.target.closest("a[data-play]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const [start, end] = link.hash.slice(3).split(",").map(Number);
  dialog.querySelector("h2").textContent = link.dataset.play;
  if (!video.getAttribute("src")) video.src = link.href.split("#")[0];
  const begin = () => { video.currentTime = start; until = end; video.play().catch(() => {}); };
  video.readyState ? begin() : video.addEventListener("loadedmetadata", begin, { once: true });
  dialog.showModal();
});
video.addEventListener("timeupdate", () => { if (video.currentTime >= until) { video.pause(); until = Infinity; } });
dialog.addEventListener("close", () => video.pause());
dialog.querySelector("button").addEventListener("click", () => dialog.close());
document.getElementById("filters").hidden = false;
document.getElementById("filters").addEventListener("click", event => {
  const pressed = event.target.closest("button");
  if (!pressed) return;
  for (const button of event.currentTarget.querySelectorAll("button")) button.setAttribute("aria-pressed", button === pressed);
  let count = 0;
  for (const card of document.querySelectorAll("[data-card]")) {
    let any = false;
    for (const item of card.querySelectorAll("[data-severity]")) {
      item.hidden = pressed.value !== "all" && item.dataset.severity !== pressed.value;
      any ||= !item.hidden;
      count += !item.hidden;
    }
    card.hidden = !any;
  }
  told.textContent = `${count} shown`;
});
