// Runs the WebAssembly module scripts of a page where the host does not, with as much of web:* as the small page uses.
(async () => {
  for (const script of document.querySelectorAll('script[type=module][src$=".wasm"]')) {
    let memory;
    const text = (pointer, length) => new TextDecoder().decode(new Uint8Array(memory.buffer, pointer, length));
    const imports = {
      'web:console': { log: (pointer, length) => console.log(text(pointer, length)) },
      'web:dom': {
        document: () => document,
        query: (root, pointer, length) => root.querySelector(text(pointer, length)),
        set_text: (node, pointer, length) => { node.textContent = text(pointer, length); },
      },
    };
    const response = await fetch(script.src);
    const { instance } = await WebAssembly.instantiate(await response.arrayBuffer(), imports);
    memory = instance.exports.memory;
    (instance.exports._initialize ?? instance.exports._start ?? (() => {}))();
  }
  document.documentElement.dataset.ready = 'yes';
})();
