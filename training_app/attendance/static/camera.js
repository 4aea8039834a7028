// The page scans by itself: with the browser's own reader of QR codes, elsewhere with ours, which is loaded at the press.
const box = document.getElementById("camera");
const button = box && box.querySelector("button");
const video = box && box.querySelector("video");
const said = box && box.querySelector("p");

// Only our own addresses are followed, and only those of codes.
const target = (text) => {
  try {
    const url = new URL(text);
    const ours = url.host.toLowerCase() === location.host.toLowerCase();
    const rest = url.pathname.toLowerCase().startsWith(box.dataset.path) ? url.pathname.slice(box.dataset.path.length) : "";
    return ours && /^[A-Z0-9.]+$/i.test(rest) ? url.pathname : null;
  } catch (broken) {
    return null;
  }
};

// --- readers: each gives the texts in the picture that the camera shows now ---------------------------------------

const ownReader = async () => {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async () => (await detector.detect(video)).map((each) => each.rawValue);
};

const loadScript = (address) =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });

const ourReader = async () => {
  said.textContent = box.dataset.loading;
  if (!window.zxDecoder) await loadScript(box.dataset.decoder);
  await window.zxDecoder.load(box.dataset.wasm);
  said.textContent = box.dataset.aim;
  const canvas = document.createElement("canvas");
  return async () => {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    const surface = canvas.getContext("2d", { willReadFrequently: true });
    surface.drawImage(video, 0, 0);
    return window.zxDecoder.read(surface.getImageData(0, 0, canvas.width, canvas.height));
  };
};

// --- looking ------------------------------------------------------------------------------------------------------

const stop = (words) => {
  if (video.srcObject) video.srcObject.getTracks().forEach((track) => track.stop());
  video.hidden = true;
  button.hidden = false;
  said.textContent = words;
};

const look = async (read, isOwn) => {
  let texts = [];
  try {
    if (video.videoWidth) texts = await read();
  } catch (broken) {
    if (!isOwn) return stop(box.dataset.unread);
    try {
      return look(await ourReader(), false); // there are phones whose own reader is only a name
    } catch (missing) {
      return stop(box.dataset.unread);
    }
  }
  for (const text of texts) {
    const path = target(text);
    if (path) {
      stop(box.dataset.found);
      return location.assign(path);
    }
    said.textContent = box.dataset.foreign;
  }
  return setTimeout(() => look(read, isOwn), 150);
};

const start = async () => {
  button.hidden = true;
  let read = null;
  let isOwn = true;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch (denied) {
    return stop(box.dataset.denied);
  }
  video.hidden = false;
  await video.play();
  said.textContent = box.dataset.aim;
  try {
    read = await ownReader();
    isOwn = Boolean(read);
    if (!read) read = await ourReader();
  } catch (missing) {
    return stop(box.dataset.unread);
  }
  return look(read, isOwn);
};

if (box && navigator.mediaDevices && navigator.mediaDevices.getUserMedia && ("BarcodeDetector" in window || "WebAssembly" in window)) {
  box.hidden = false;
  button.addEventListener("click", start);
}
