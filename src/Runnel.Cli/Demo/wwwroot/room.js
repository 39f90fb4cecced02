// Each room is one drawing, high enough for a tall phone, which a lower one sees the lower part of; the lit and the dark picture are the same shapes in other colours, laid over one another.
const furniture = {
  hall: `
    <rect class="wood" x="14" y="92" width="46" height="112" rx="3"/><rect class="wood-deep" x="20" y="99" width="34" height="44" rx="2"/>
    <rect class="wood-deep" x="20" y="149" width="34" height="49" rx="2"/><circle class="metal" cx="52" cy="150" r="2.6"/>
    <rect class="wood-deep" x="122" y="112" width="46" height="5" rx="2.5"/><path class="cloth" d="M132 117 q-9 10 -8 52 h18 q2 -42 -6 -52z"/>
    <path class="cloth-deep" d="M156 117 q-6 6 -6 30 h13 q1 -24 -4 -30z"/>
    <ellipse class="cloth-deep" cx="92" cy="216" rx="46" ry="7"/>`,
  kitchen: `
    <rect class="glass" x="118" y="76" width="48" height="46" rx="2"/><path class="frame" d="M118 76h48v46h-48zM142 76v46M118 99h48"/>
    <path class="wood-deep" d="M12 82h44v5h-44z"/><rect class="cloth" x="17" y="67" width="10" height="15" rx="2"/>
    <rect class="cloth-deep" x="30" y="71" width="9" height="11" rx="2"/><rect class="metal" x="42" y="69" width="10" height="13" rx="2"/>
    <rect class="wood" x="0" y="150" width="180" height="8"/><rect class="wood-deep" x="4" y="158" width="172" height="48"/>
    <path class="seam" d="M46 162v40M90 162v40M134 162v40"/><path class="metal" d="M24 136h34l-3 14h-28z"/><path class="metal" d="M20 137h42v3h-42z"/>
    <path class="steam" d="M34 130q4 -6 0 -12M44 130q4 -6 0 -12"/>`,
  bedroom: `
    <rect class="glass" x="118" y="80" width="46" height="54" rx="2"/><circle class="moon" cx="150" cy="96" r="6"/><path class="frame" d="M118 80h46v54h-46zM141 80v54"/>
    <rect class="wood" x="8" y="128" width="12" height="78" rx="3"/><rect class="wood" x="134" y="168" width="8" height="38" rx="3"/>
    <rect class="wood-deep" x="14" y="184" width="124" height="12" rx="2"/><rect class="pillow" x="20" y="154" width="40" height="20" rx="9"/>
    <path class="cloth" d="M46 168q30 -14 92 -2v24h-118v-14q10 -6 26 -8z"/><path class="cloth-deep" d="M20 180h118v10h-118z"/>`,
  study: `
    <path class="wood-deep" d="M8 86h52v4h-52zM8 118h52v4h-52z"/><path class="cloth" d="M12 66h7v20h-7zM28 62h6v24h-6zM12 98h8v20h-8z"/>
    <path class="cloth-deep" d="M20 70h7v16h-7zM42 68h9v18h-9zM28 96h7v22h-7z"/><path class="metal" d="M35 66h6v20h-6zM21 101h6v17h-6zM44 104h10v14h-10z"/>
    <rect class="wood" x="70" y="150" width="104" height="7" rx="2"/><path class="wood-deep" d="M76 157h6v49h-6zM162 157h6v49h-6zM118 157h44v20h-44z"/>
    <rect class="metal" x="108" y="120" width="40" height="26" rx="2"/><path class="metal" d="M126 146h4v4h-4zM118 148h20v3h-20z"/>
    <path class="cloth" d="M22 152q18 -4 22 0v28h-22z"/><path class="wood-deep" d="M20 178h28v5h-28zM24 183h4v23h-4zM40 183h4v23h-4z"/>`,
  porch: `
    <path class="wood-deep" d="M0 60h180v8h-180z"/><path class="wood" d="M12 68h9v138h-9zM160 68h9v138h-9z"/>
    <circle class="moon" cx="138" cy="92" r="8"/><path class="star" d="M40 90h2v2h-2zM56 116h2v2h-2zM118 120h2v2h-2zM30 128h2v2h-2zM148 126h2v2h-2z"/>
    <path class="leaf" d="M21 206q-2 -40 20 -52q-6 22 -2 30q8 -16 22 -16q-12 12 -14 38z"/><rect class="cloth-deep" x="24" y="192" width="26" height="18" rx="3"/>
    <path class="wood-deep" d="M21 168h139v5h-139zM21 200h139v5h-139z"/><path class="rail" d="M76 173v27M92 173v27M108 173v27M124 173v27M140 173v27"/>`,
};

const shade = kind => (kind === "porch"
  ? `<path class="shade" d="M78 62h24l8 12v26q-20 8 -40 0v-26z"/><path class="shade-edge" d="M78 62h24l8 12h-40zM70 98q20 8 40 0v4q-20 8 -40 0z"/>`
  : `<path class="shade" d="M76 64h28l16 34h-60z"/><path class="shade-edge" d="M60 96h60v4h-60z"/>`);

const picture = (kind, light, glow) => `
  <svg class="room ${light}" viewBox="0 -152 180 400" preserveAspectRatio="xMidYMax slice" aria-hidden="true">
    <defs><radialGradient id="${glow}"><stop class="glow-in" offset="0"/><stop class="glow-middle" offset=".55"/><stop class="glow-out" offset="1"/></radialGradient>
      <linearGradient id="${glow}-cone" x2="0" y2="1"><stop class="cone-in" offset="0"/><stop class="cone-out" offset=".9"/></linearGradient></defs>
    <rect class="wall" y="-152" width="180" height="400"/><rect class="floor" y="206" width="180" height="42"/>
    <circle class="glow" cx="90" cy="104" r="118" fill="url(#${glow})"/>
    ${furniture[kind]}
    <path class="cone" d="M60 100h60l44 148h-148z" fill="url(#${glow}-cone)"/>
    <path class="cord" d="M90 -152v216"/>${shade(kind)}<circle class="bulb" cx="90" cy="${kind === "porch" ? 88 : 101}" r="7"/>
  </svg>`;

/** A room as two pictures, dark below and lit above, which fades in. */
export function roomOf(key, number) {
  const kind = key in furniture ? key : "porch";
  return picture(kind, "dark", `glow-dark-${number}`) + picture(kind, "lit", `glow-lit-${number}`);
}
