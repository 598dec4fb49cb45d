/* The floor's pages work without this. It lets the camera read codes where the browser can, keeps
 * good and spoilt pieces adding up while one of them is typed, and prints. */

interface Detected {
  rawValue: string;
}
interface Detector {
  detect(source: HTMLVideoElement): Promise<Detected[]>;
}
type MakeDetector = new (words: { formats: string[] }) => Detector;

const LOOK_EVERY_MS = 200;
const FORMATS = ["qr_code", "code_128", "data_matrix"];

document.documentElement.classList.add("scripted");

const Barcodes = (globalThis as { BarcodeDetector?: MakeDetector }).BarcodeDetector;
const scanButton = document.querySelector<HTMLButtonElement>("[data-scan]");
const scanner = document.querySelector<HTMLDialogElement>("[data-scanner]");
const number = document.querySelector<HTMLInputElement>("#floor-number");

async function scan(Found: MakeDetector, dialog: HTMLDialogElement, field: HTMLInputElement): Promise<void> {
  const video = dialog.querySelector("video");
  const fault = dialog.querySelector<HTMLElement>(".floor-scan-fault");
  if (!video || !fault) return;
  fault.hidden = true;
  dialog.showModal();
  let camera: MediaStream | null = null;
  const stop = (): void => {
    for (const track of camera?.getTracks() ?? []) track.stop();
    camera = null;
  };
  dialog.addEventListener("close", stop, { once: true });
  try {
    camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    video.srcObject = camera;
    await video.play();
    const detector = new Found({ formats: FORMATS });
    while (dialog.open) {
      const [seen] = await detector.detect(video);
      if (seen) {
        field.value = seen.rawValue;
        dialog.close();
        field.form?.requestSubmit();
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  } catch {
    fault.hidden = false; // no camera, or nobody allowed it: the number can be typed
  } finally {
    stop();
  }
}

if (Barcodes && navigator.mediaDevices && scanButton && scanner && number) {
  scanButton.hidden = false;
  scanButton.addEventListener("click", () => void scan(Barcodes, scanner, number));
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-came]")) {
  const came = Number(form.dataset["came"]);
  const good = form.querySelector<HTMLInputElement>("[name=good]");
  const spoilt = form.querySelector<HTMLInputElement>("[name=scrapped]");
  const why = form.querySelector<HTMLElement>(".floor-why");
  if (!good || !spoilt) continue;
  const keep = (typed: HTMLInputElement, other: HTMLInputElement): void => {
    const rest = came - Number(typed.value);
    if (typed.value !== "" && rest >= 0) other.value = String(rest);
    if (why) why.hidden = Number(spoilt.value) === 0;
  };
  good.addEventListener("input", () => keep(good, spoilt));
  spoilt.addEventListener("input", () => keep(spoilt, good));
  if (why) why.hidden = Number(spoilt.value) === 0;
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());
