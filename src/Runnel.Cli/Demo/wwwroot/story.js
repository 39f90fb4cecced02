import { numberWord } from "./words.js";

/** What the narrator says of phones and taps. Quiet while a storm blows: nobody reads fifty sentences a second. */
export function tellStory({ phones, narrator, meter, isQuiet }) {
  const tell = sentence => !isQuiet() && narrator.say(sentence);

  meter.addEventListener("sample", ({ detail: { event, ms } }) => {
    const author = phones.find(phone => phone.client === event.client);
    tell(`${author.name} wrote event ${event.seq}; ${ms.toFixed(1)} ms after the tap ${phones.length > 1 ? `all ${numberWord(phones.length)} phones` : "it"} had read it.`);
  });
  for (const phone of phones) follow(phone, tell);
}

function follow(phone, tell) {
  let before = phone.state;
  phone.addEventListener("change", () => {
    const { edits, openTaps } = phone.replica.outbox;
    if (phone.state === "offline" && before !== "offline") tell(`${phone.name} is unplugged, and still switches.`);
    else if (phone.state === "offline" && openTaps > 0) tell(sayWaiting(phone.name, edits.length, openTaps));
    else if (phone.state === "catchingUp" && before !== "catchingUp" && phone.progress.of > 0) tell(sayFetching(phone));
    before = phone.state;
  });
  phone.addEventListener("refused", ({ detail }) => tell(`The server refused what ${phone.name} sent: ${detail.message}`));
}

function sayWaiting(name, events, taps) {
  if (events === 0) return `${name}’s ${taps} taps come to nothing: there is nothing to send.`;
  return taps === 1 ? `${name}’s tap waits in its outbox.` : `${name}’s ${taps} taps are one event: only what changed will be sent.`;
}

function sayFetching({ name, replica, progress }) {
  const count = progress.of === 1 ? "the one event" : `exactly the ${progress.of} events`;
  return `${name} fetches ${count} it lacks, from ${replica.head + 1} on.`;
}
