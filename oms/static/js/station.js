// The floor's stations: scans are judged one after the other, and each verdict is seen, heard and felt.
// A scan keeps its own id until the server has answered, so sending it again counts once.
const QUEUE_MAX = 8;
const BOUNCE_MS = 300;
const RETRY_MS = [1000, 2000, 5000, 10000];

// Notes as [hertz, start, length] in seconds.
const SOUNDS = {
  right: [[880, 0, 0.045], [1320, 0.045, 0.045]],
  line_done: [[880, 0, 0.09], [1320, 0.11, 0.12]],
  over_scan: [[440, 0, 0.07], [440, 0.09, 0.07], [440, 0.18, 0.07]],
  unknown: [[330, 0, 0.3]],
  wrong_item: [[220, 0, 0.4], [220, 0.5, 0.4]],
};
const BUZZES = { right: [40], line_done: [40, 40, 40], over_scan: [120, 80, 120], unknown: [120], wrong_item: [300, 100, 300] };
for (const verdict of ["not_yours", "lot_refused", "serial_refused", "problem"]) {
  SOUNDS[verdict] = SOUNDS.wrong_item;
  BUZZES[verdict] = BUZZES.wrong_item;
}

SOUNDS.serial_needed = SOUNDS.over_scan;
BUZZES.serial_needed = BUZZES.over_scan;

const queue = [];
let sending = false;
let audio = null;
let lastCode = "";
let lastAt = 0;

const station = () => document.getElementById("station");

function newId() {
  // Not randomUUID: stations are often reached over plain http, where browsers withhold it.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

function unlock() {
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

function sound(verdict) {
  if (!audio || !SOUNDS[verdict]) return;
  for (const [hertz, start, length] of SOUNDS[verdict]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    volume.gain.value = 0.2;
    tone.frequency.value = hertz;
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + length);
  }
}

function feedback() {
  const verdict = station().dataset.verdict;
  const band = station().querySelector("[data-band]");
  document.getElementById("station-said").textContent = band?.dataset.say ?? "";
  sound(verdict);
  if (BUZZES[verdict]) navigator.vibrate?.(BUZZES[verdict]);
}

function show(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("station");
  if (!fresh) return;
  const typing = document.activeElement?.id === "code";
  station().replaceWith(document.adoptNode(fresh));
  window.htmx?.process(fresh);
  if (typing) document.getElementById("code")?.focus();
  feedback();
  showQueue(false);
}

function showQueue(kept) {
  const told = station().querySelector("[data-queue]");
  if (!told) return;
  told.hidden = queue.length === 0 || (!kept && queue.length < 2);
  told.textContent = (kept ? told.dataset.kept : told.dataset.words).replace("#", queue.length);
}

async function post(url, body) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(url, {
    method: "POST", body, headers: { "X-Station": "1", "X-CSRFToken": token }, redirect: "manual",
  });
  if (answer.status >= 500) throw new Error(`answered ${answer.status}`);
  return answer;
}

async function sendAll() {
  if (sending) return;
  sending = true;
  for (let failures = 0; queue.length;) {
    try {
      const answer = await post(station().dataset.scanUrl, new URLSearchParams(queue[0]));
      queue.shift();
      failures = 0;
      // Signed out, or the page is gone: let the browser show what the server says.
      if (answer.type === "opaqueredirect" || ![200, 409, 422].includes(answer.status)) window.location.reload();
      else show(await answer.text());
    } catch {
      showQueue(true);
      await new Promise((next) => setTimeout(next, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]));
      failures += 1;
    }
  }
  sending = false;
}

function take(code, typed) {
  if (queue.length >= QUEUE_MAX || !station().querySelector("[data-scan-form]")) return;
  const scan = { scan_id: newId(), code };
  if (typed) scan.typed = "1";
  queue.push(scan);
  showQueue(false);
  sendAll();
}

document.addEventListener("scan", (event) => {
  // Without Enter the gun may still be typing a longer code; without work to scan for, a scan is a search.
  if (!event.detail.terminated || !station().querySelector("[data-scan-form]")) return;
  event.preventDefault();
  const now = performance.now();
  const bounced = event.detail.code === lastCode && now - lastAt < BOUNCE_MS;
  [lastCode, lastAt] = [event.detail.code, now];
  if (!bounced) take(event.detail.code, false);
});

document.addEventListener("submit", async (event) => {
  if (event.target.matches("[data-scan-form]")) {
    event.preventDefault();
    const field = event.target.elements.code;
    if (field.value.trim()) take(field.value.trim(), true);
    field.value = "";
  } else if (event.target.matches("[data-station-form]")) {
    event.preventDefault();
    const answer = await post(event.target.action, new URLSearchParams(new FormData(event.target)));
    show(await answer.text());
  }
});

// Browsers keep silent until a person has touched the page.
for (const touch of ["pointerdown", "keydown"]) document.addEventListener(touch, unlock, { once: true });
window.addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });
