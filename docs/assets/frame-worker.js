// Browsers run no worker of a page that was opened as a file: there the search runs in a hidden frame.
"use strict";
if (location.protocol === "file:") {
  window.IFrameWorker = class extends EventTarget {
    constructor(url) {
      super();
      this.onmessage = null;
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      this.ready = new Promise((resolve) => {
        this.frame.addEventListener("load", resolve, { once: true });
      });
      window.addEventListener("message", (event) => {
        if (event.source !== this.frame.contentWindow) return;
        const message = new MessageEvent("message", { data: event.data });
        this.dispatchEvent(message);
        if (this.onmessage) this.onmessage(message);
      });
      const inside = this.frame.contentWindow.document;
      inside.open();
      inside.write(
        "<script>" +
          "postMessage = (data) => parent.postMessage(data, '*');" +
          "importScripts = (...urls) => urls.reduce((before, url) => before.then(() =>" +
          "  new Promise((resolve, reject) => { const made = document.createElement('script');" +
          "  made.src = url; made.onload = resolve; made.onerror = reject; document.body.append(made); })),"+
          "  Promise.resolve());" +
          "</" + "script><body><script src='" + url + "'></" + "script></body>",
      );
      inside.close();
    }
    postMessage(data) {
      this.ready.then(() => {
        this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
      });
    }
    terminate() {
      this.frame.remove();
    }
  };
  window.Worker = window.IFrameWorker;
}
