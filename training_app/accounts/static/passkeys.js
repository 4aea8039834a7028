// Passkeys where the browser has them; elsewhere (WeChat, old WebViews, another host name) nothing of it is shown.
(() => {
  const boxes = [...document.querySelectorAll("[data-passkey]")].filter((box) => box.dataset.rp === location.hostname);
  const inside = /MicroMessenger|; wv\)/.test(navigator.userAgent);
  if (inside || !window.isSecureContext || !window.PublicKeyCredential || !navigator.credentials || !window.fetch) return;

  function toBytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    const bytes = new Uint8Array(plain.length);
    for (let i = 0; i < plain.length; i += 1) bytes[i] = plain.charCodeAt(i);
    return bytes;
  }

  function toText(buffer) {
    const bytes = new Uint8Array(buffer);
    let plain = "";
    for (let i = 0; i < bytes.length; i += 1) plain += String.fromCharCode(bytes[i]);
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function named(list) {
    return (list || []).map((each) => ({ ...each, id: toBytes(each.id) }));
  }

  async function ask(box) {
    const name = document.querySelector('[name="username"]');
    const wanted = box.dataset.passkey === "sign-in" ? { username: name ? name.value : "" } : { purpose: box.dataset.passkey };
    const answer = await fetch(box.dataset.ask, {
      method: "POST",
      credentials: "same-origin",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/json",
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
      },
      body: JSON.stringify(wanted),
    });
    if (!answer.ok) throw new Error("refused");
    return answer.json();
  }

  async function make(options) {
    options.challenge = toBytes(options.challenge);
    options.user.id = toBytes(options.user.id);
    options.excludeCredentials = named(options.excludeCredentials);
    const made = await navigator.credentials.create({ publicKey: options });
    return {
      id: made.id,
      rawId: toText(made.rawId),
      type: made.type,
      response: {
        clientDataJSON: toText(made.response.clientDataJSON),
        attestationObject: toText(made.response.attestationObject),
        transports: made.response.getTransports ? made.response.getTransports() : [],
      },
    };
  }

  async function sign(options) {
    options.challenge = toBytes(options.challenge);
    options.allowCredentials = named(options.allowCredentials);
    const signed = await navigator.credentials.get({ publicKey: options });
    return {
      id: signed.id,
      rawId: toText(signed.rawId),
      type: signed.type,
      response: {
        clientDataJSON: toText(signed.response.clientDataJSON),
        authenticatorData: toText(signed.response.authenticatorData),
        signature: toText(signed.response.signature),
        userHandle: signed.response.userHandle ? toText(signed.response.userHandle) : null,
      },
    };
  }

  function explain(box, error) {
    const said = box.querySelector("[data-said]");
    const words = said.dataset;
    if (error && error.name === "InvalidStateError") said.textContent = words.known;
    else if (error && (error.name === "NotAllowedError" || error.name === "AbortError")) said.textContent = words.stopped;
    else said.textContent = words.failed;
    said.hidden = false;
  }

  boxes.forEach((box) => {
    box.hidden = false;
    const form = box.querySelector("form");
    if (!form) return;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector('button[type="submit"]');
      if (button.disabled) return;
      button.disabled = true;
      try {
        const options = await ask(box);
        const answer = box.dataset.passkey === "register" ? await make(options) : await sign(options);
        form.elements.credential.value = JSON.stringify(answer);
        const typed = document.querySelector('[name="username"]');
        if (form.elements.typed && typed) form.elements.typed.value = typed.value;
        form.submit();
      } catch (error) {
        explain(box, error);
        button.disabled = false;
      }
    });
  });
})();
