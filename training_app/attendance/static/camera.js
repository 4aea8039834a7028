// Where the browser can read QR codes itself, the page scans; elsewhere people use the scanner they know.
const box = document.getElementById("camera");
const button = box && box.querySelector("button");
const video = box && box.querySelector("video");
const said = box && box.querySelector("p");

const target = (text) => {
  try {
    const url = new URL(text);
    const ours = url.host.toLowerCase() === location.host.toLowerCase();
    return ours && /^\/c\/[A-Z0-9.]+$/i.test(url.pathname) ? url.pathname : null;
  } catch (broken) {
    return null;
  }
};

const look = async (detector) => {
  const found = await detector.detect(video).catch(() => []);
  for (const code of found) {
    const path = target(code.rawValue);
    if (path) {
      video.srcObject.getTracks().forEach((track) => track.stop());
      location.assign(path);
      return;
    }
    said.textContent = box.dataset.foreign;
  }
  setTimeout(() => look(detector), 150);
};

const start = async () => {
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch (denied) {
    said.textContent = box.dataset.denied;
    return;
  }
  button.hidden = true;
  video.hidden = false;
  await video.play();
  look(new BarcodeDetector({ formats: ["qr_code"] }));
};

if (box && "BarcodeDetector" in window && navigator.mediaDevices) {
  box.hidden = false;
  button.addEventListener("click", start);
}
