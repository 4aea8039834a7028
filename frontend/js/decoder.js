// Reads QR codes in pictures of a camera, without any service: zxing-cpp as WebAssembly, served by us (decision 0009).
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";

self.zxDecoder = {
  load: (wasm) => prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true }),
  read: async (picture) => {
    const found = await readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 4 });
    return found.filter((each) => each.isValid).map((each) => each.text);
  },
};
