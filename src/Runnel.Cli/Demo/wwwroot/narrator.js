/** Says below the tape's title what has just happened, in one sentence: for the eye, and for a screen reader. */
export class Narrator {
  #element;

  constructor(element) {
    this.#element = element;
  }

  say(sentence) {
    if (this.#element.textContent === sentence) return;
    this.#element.textContent = sentence;
    this.#element.getAnimations().forEach(animation => animation.cancel());
    this.#element.animate([{ opacity: 0.2 }, { opacity: 1 }], { duration: 260 });
  }
}
