// Before the first line is drawn: the colours that the reader chose last time.
try {
  document.body.dataset.theme = localStorage.getItem("theme") || "auto";
} catch {
  document.body.dataset.theme = "auto"; // a browser that keeps nothing
}

// ← and → turn the page; what takes arrow keys itself, or scrolls sideways, keeps them while it is in focus.
document.addEventListener("keydown", (event) => {
  if (event.key.startsWith("Arrow") && document.activeElement?.matches("[tabindex], [role=slider], summary, video")) {
    event.stopImmediatePropagation();
  }
});
