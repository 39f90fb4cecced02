const dragThreshold = 5;
// A flick goes on for about as long as a finger would take to stop it.
const glideMs = 260;

/** Wheel, drag and flick move the film. */
export function listenForGestures(stage, film) {
  let drag = null;

  stage.addEventListener("wheel", event => {
    const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    // Where the page itself can scroll, an upright wheel is the page's.
    if (!isSideways && document.documentElement.scrollHeight > innerHeight) return;
    film.scrollBy((isSideways ? event.deltaX : -event.deltaY) / film.width.value);
    event.preventDefault();
  }, { passive: false });

  stage.addEventListener("pointerdown", event => {
    if (event.button === 0) drag = { x: event.clientX, from: event.clientX, at: event.timeStamp, speed: 0, isUnderWay: false };
  });

  stage.addEventListener("pointermove", event => {
    if (!drag) return;
    const moved = event.clientX - drag.x;
    if (!drag.isUnderWay && Math.abs(event.clientX - drag.from) < dragThreshold) return;
    if (!drag.isUnderWay) stage.setPointerCapture(event.pointerId);
    film.scrollBy(-moved / film.width.value);
    drag = { ...drag, x: event.clientX, at: event.timeStamp, speed: moved / Math.max(1, event.timeStamp - drag.at), isUnderWay: true };
  });

  stage.addEventListener("pointerup", event => {
    const isRecent = drag && event.timeStamp - drag.at < 60;
    if (drag?.isUnderWay && isRecent) film.scrollBy((-drag.speed * glideMs) / film.width.value);
    if (drag?.isUnderWay) stage.addEventListener("click", swallow, { capture: true, once: true });
    setTimeout(() => stage.removeEventListener("click", swallow, { capture: true }));
    drag = null;
  });

  stage.addEventListener("pointercancel", () => (drag = null));
}

// The click that ends a drag opens nothing.
function swallow(event) {
  event.stopPropagation();
}
