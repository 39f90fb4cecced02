// The demos, as a bar in the head of each of their pages.
const demos = { "/demo": "Light switch", "/demo/todo/": "To-do", "/demo/chat/": "Chat" };

const bar = document.querySelector("nav.tabs");
for (const [address, name] of Object.entries(demos)) {
  const tab = document.createElement("a");
  tab.href = address;
  tab.textContent = name;
  if (isHere(address)) tab.setAttribute("aria-current", "page");
  bar.append(tab);
}
const later = document.createElement("button");
Object.assign(later, { type: "button", disabled: true, title: "later", textContent: "Time" });
bar.append(later);

function isHere(address) {
  return location.pathname.replace(/\/$/, "") === address.replace(/\/$/, "");
}
