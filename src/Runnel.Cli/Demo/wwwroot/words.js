const small = ["no", "one", "two", "three", "four", "five"];

/** A small number in words, a larger one in digits. */
export const numberWord = number => small[number] ?? String(number);

/** "1 tap", "9 taps". */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** "Hall", "Hall and Study", "Hall, Study and Porch". */
export const sayNames = names => (names.length < 3 ? names.join(" and ") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);
