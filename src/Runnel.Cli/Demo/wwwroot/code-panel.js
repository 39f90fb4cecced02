const copiedMs = 1600;

/** The few lines behind the tab, in a dialog; `file` is where they come from, if they do not stand there already. */
export function offerCode({ button, dialog, file }) {
  const code = dialog.querySelector("pre code");
  const copy = dialog.querySelector(".copy");

  button.addEventListener("click", async () => {
    if (file) code.textContent ||= await fetch(file).then(response => response.text(), () => "");
    dialog.showModal();
  });
  dialog.querySelector(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", event => event.target === dialog && dialog.close());
  copy.addEventListener("click", () => copyOf(code, copy));
}

async function copyOf(code, button) {
  const isCopied = await writeText(code);
  button.textContent = isCopied ? "Copied" : "Selected";
  setTimeout(() => (button.textContent = "Copy"), copiedMs);
}

// Only secure contexts may write to the clipboard; elsewhere the code is at least selected.
async function writeText(code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return false;
  }
}
