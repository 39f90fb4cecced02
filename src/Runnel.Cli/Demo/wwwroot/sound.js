const storageKey = "runnel-demo-muted";

/** The click of a switch, made of a short burst of noise and a knock below it; a switch going off sounds a little lower. */
export class ClickSound {
  #audio = null;
  #noise = null;
  isMuted = localStorage.getItem(storageKey) === "true";

  toggleMute() {
    this.isMuted = !this.isMuted;
    localStorage.setItem(storageKey, this.isMuted);
  }

  play(isOn) {
    if (this.isMuted) return;
    this.#audio ??= new AudioContext();   // browsers allow sound from the first tap on
    this.#noise ??= noise(this.#audio);
    const now = this.#audio.currentTime;
    this.#burst(now, isOn ? 2600 : 1900);
    this.#knock(now + 0.004, isOn ? 210 : 150);
  }

  #burst(at, frequency) {
    const source = new AudioBufferSourceNode(this.#audio, { buffer: this.#noise });
    const filter = new BiquadFilterNode(this.#audio, { type: "bandpass", frequency, Q: 1.2 });
    source.connect(filter).connect(this.#fading(at, 0.16, 0.022));
    source.start(at);
    source.stop(at + 0.05);
  }

  #knock(at, frequency) {
    const source = new OscillatorNode(this.#audio, { type: "triangle", frequency });
    source.connect(this.#fading(at, 0.12, 0.045));
    source.start(at);
    source.stop(at + 0.09);
  }

  #fading(at, loudness, seconds) {
    const gain = new GainNode(this.#audio, { gain: 0 });
    gain.gain.setValueAtTime(loudness, at);
    gain.gain.exponentialRampToValueAtTime(0.0001, at + seconds);
    gain.connect(this.#audio.destination);
    return gain;
  }
}

function noise(audio) {
  const buffer = new AudioBuffer({ length: audio.sampleRate / 20, sampleRate: audio.sampleRate });
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = Math.random() * 2 - 1;
  return buffer;
}
