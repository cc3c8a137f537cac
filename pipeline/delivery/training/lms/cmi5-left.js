/* The film's address was good for one launch, so the neutral page leads back to the LMS's, if it gave one. */
"use strict";
(() => {
  let back = null;
  try {
    back = sessionStorage.getItem("ourwords:back");
  } catch {
    // Storage is refused: then there is no way back but the LMS's own page.
  }
  for (const link of document.querySelectorAll('a[href="index.html"]')) {
    if (back) link.href = back;
    else link.parentElement.remove();
  }
})();
