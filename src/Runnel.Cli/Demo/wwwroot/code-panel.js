const file = "/demo/fifteen-lines.js";
const copiedMs = 1600;

/** The few lines behind the tab: the file itself, which runs as it stands in any page's console. */
export function offerCode({ button, dialog }) {
  const code = dialog.querySelector("pre code");
  const copy = dialog.querySelector(".copy");

  button.addEventListener("click", async () => {
    code.textContent ||= await fetch(file).then(response => response.text(), () => "");
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
