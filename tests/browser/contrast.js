// Text whose contrast is less than WCAG 2.2 asks at level AA (success criterion 1.4.3), as far as it is shown.
const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]) => 0.2126 * channel(red / 255) + 0.7152 * channel(green / 255) + 0.0722 * channel(blue / 255);
const parsed = (colour) => {
  const parts = colour.match(/^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/);
  if (!parts) throw new Error(`an unknown colour: ${colour}`);
  return { rgb: parts.slice(1, 4).map(Number), alpha: parts[4] === undefined ? 1 : Number(parts[4]) };
};
const background = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const { rgb, alpha } = parsed(getComputedStyle(at).backgroundColor);
    if (alpha === 1) return rgb;
    if (alpha > 0) throw new Error(`a background that shines through: ${at.outerHTML.slice(0, 100)}`);
  }
  return [255, 255, 255];
};
const ratio = (one, other) => {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const poor = [];
let examined = 0;
const examine = (element, style, text) => {
  const size = parseFloat(style.fontSize);
  const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const { rgb, alpha } = parsed(style.color);
  const found = ratio(rgb, background(element));
  examined += 1;
  if (alpha < 1 || found < (large ? 3 : 4.5)) {
    poor.push(`${found.toFixed(2)} ${style.color} ${element.tagName}.${element.className} ${text.trim().slice(0, 40)}`);
  }
};
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const { parentElement: element, data } = walker.currentNode;
  const shown = data.trim() && element.checkVisibility({ visibilityProperty: true }) && !["SCRIPT", "OPTION"].includes(element.tagName);
  if (shown) examine(element, getComputedStyle(element), data);
}
for (const element of document.querySelectorAll("select, input")) {
  examine(element, getComputedStyle(element), "a control");
  if (element.placeholder) examine(element, getComputedStyle(element, "::placeholder"), element.placeholder);
}
return { examined, poor: [...new Set(poor)] };
