/**
 * The look of the page. Colours come from a palette that people with any colour vision can tell apart, and no meaning
 * is in colour alone: bars have patterns, points have shapes, verdicts and badges have words.
 */

/** Everything that the page's style element holds; the page allows no other style. */
export const STYLE = `
:root{color-scheme:light;
--page:#fbfaf7;--sheet:#fff;--ink:#1b1e24;--soft:#545a66;--faint:#676d78;--rule:#dcd8ce;--hair:#ece9e1;--tint:#f4f1ea;
--link:#14508f;--focus:#b3470a;
--c1:#1c5f9e;--c2:#c2570c;--c3:#0d7a5f;--c4:#8b3f8e;--c5:#8a6a00;--c6:#5b6472;--c7:#b0305c;
--yes:#0b6b4f;--yes-bg:#e3f3ec;--no:#a3241b;--no-bg:#fbe7e4;--unknown:#6b5200;--unknown-bg:#fbf1d4;
--serif:"Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L","Source Serif 4","Noto Serif",Georgia,"DejaVu Serif",serif;
--sans:system-ui,-apple-system,"Segoe UI","Inter","Noto Sans","Helvetica Neue",Arial,"DejaVu Sans",sans-serif}
@media screen and (prefers-color-scheme:dark){:root{color-scheme:dark;
--page:#14161a;--sheet:#1a1d22;--ink:#e9e7e2;--soft:#b3b7c0;--faint:#9ea3ad;--rule:#3a3f48;--hair:#2a2e35;--tint:#20242a;
--link:#8fc1f5;--focus:#ffb169;
--c1:#78b4ee;--c2:#f09a55;--c3:#5cc9a7;--c4:#d596da;--c5:#dcbc4e;--c6:#a9b1be;--c7:#f28bab;
--yes:#74d6b2;--yes-bg:#16352b;--no:#ff9d92;--no-bg:#43201d;--unknown:#e9cb6a;--unknown-bg:#3a3113}}
*{box-sizing:border-box}
html{font:100%/1.55 var(--sans);background:var(--page);color:var(--ink);-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:1rem}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0}
.skip{position:absolute;left:-999rem;top:0;padding:.6rem 1rem;background:var(--sheet);z-index:1}
.skip:focus{left:0}
header,main,footer,nav{max-width:74rem;margin-inline:auto;padding-inline:clamp(1rem,4vw,3rem)}
header{padding-top:clamp(2rem,7vw,5rem)}
h1,h2,h3{font-family:var(--serif);font-weight:600;line-height:1.18;text-wrap:balance;margin:0;overflow-wrap:anywhere}
h1{font-size:clamp(2rem,1.35rem + 3.1vw,3.5rem);letter-spacing:-.018em;max-width:22em}
h2{font-size:clamp(1.5rem,1.25rem + 1.1vw,2.05rem);letter-spacing:-.01em}
h3{font-size:1.2rem;margin-block:2.2rem .6rem}
p,ul,ol,dl{margin:.7rem 0;max-width:66ch}
.kicker{margin:0 0 .8rem;font-size:.8rem;letter-spacing:.09em;text-transform:uppercase;color:var(--soft)}
.meta{margin-top:1.1rem;color:var(--soft)}
section{border-top:1px solid var(--rule);margin-top:clamp(2.5rem,5vw,4rem);padding-top:1.6rem}
.lede{font-size:1.06rem;color:var(--soft);max-width:62ch}
a{color:var(--link);text-decoration-thickness:1px;text-underline-offset:.18em}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:2px}
:target{background:var(--unknown-bg);box-shadow:0 0 0 .25rem var(--unknown-bg)}
nav ol{list-style:none;padding:.9rem 0 0;margin:1.6rem 0 0;border-top:1px solid var(--rule);display:flex;flex-wrap:wrap;gap:.35rem 1.4rem;max-width:none;font-size:.92rem}
nav a{display:inline-block;padding-block:.2rem;text-decoration:none}
nav a:hover{text-decoration:underline}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(13.5rem,45%),1fr));gap:0;margin:1.8rem 0 0;padding:0;max-width:none;list-style:none;border-top:1px solid var(--rule);border-left:1px solid var(--rule);background:var(--sheet)}
.tiles li{padding:1.1rem 1.2rem 1.2rem;border-right:1px solid var(--rule);border-bottom:1px solid var(--rule)}
.tiles strong{display:block;font:600 clamp(1.5rem,1.05rem + 1.7vw,2.5rem)/1.1 var(--serif);letter-spacing:-.02em;font-variant-numeric:lining-nums}
.tiles strong a{color:inherit;text-decoration:none}
.tiles strong a:hover{color:var(--link)}
.tiles span{display:block;margin-top:.35rem;font-size:.9rem;color:var(--soft);line-height:1.4}
.findings{margin-top:1.6rem;padding-left:1.2rem;max-width:none;columns:2 27rem;column-gap:3.5rem}
.findings li{margin:0 0 1.1rem;padding-left:.2rem;break-inside:avoid}
.findings ul{margin:.25rem 0 0;padding-left:1.1rem;font-size:.98rem;list-style:none}
.findings ul li{position:relative;margin:.15rem 0;padding:0}
.findings ul li::before{content:"\\2013";content:"\\2013"/"";position:absolute;left:-1.1rem;color:var(--faint)}
.scroll{position:relative;overflow-x:auto;margin-top:1rem;scrollbar-width:thin}
.cards{position:relative}
table{border-collapse:collapse;width:100%;font-size:.9rem;line-height:1.42;font-variant-numeric:tabular-nums lining-nums}
caption{text-align:left;color:var(--soft);padding:0 0 .55rem;font-size:.9rem;caption-side:top}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap;display:block}
th,td{text-align:left;vertical-align:top;padding:.6rem .9rem .6rem 0;border-bottom:1px solid var(--hair)}
th:last-child,td:last-child{padding-right:0}
thead th{border-bottom:1.5px solid var(--ink);font-size:.8rem;font-weight:600;color:var(--soft);vertical-align:bottom;min-width:5rem;text-wrap:balance}
tbody th{font-weight:600}
tbody tr:last-child>*{border-bottom:1px solid var(--rule)}
td small,th small{display:block;color:var(--soft);font-weight:400;font-size:.8rem;overflow-wrap:anywhere}
.n{color:inherit;font-weight:600;white-space:nowrap;text-decoration:underline dotted;text-decoration-color:var(--faint);text-decoration-thickness:1px;text-underline-offset:.22em}
.n:hover{color:var(--link);text-decoration-style:solid}
.range{white-space:nowrap}
.how{color:var(--soft);font-size:.8rem}
.how .badge{margin-left:.1rem}
.badge{display:inline-block;white-space:nowrap;font-size:.72rem;line-height:1.35;font-weight:400;color:var(--soft)}
.badge::before{display:inline-block;margin-right:.32em;font-size:.85em}
.measured::before{content:"\\25CF";content:"\\25CF"/"";color:var(--c3)}
.published::before{content:"\\25A0";content:"\\25A0"/"";color:var(--c1)}
.quoted::before{content:"\\25A1";content:"\\25A1"/"";color:var(--c1)}
.derived::before{content:"\\25B2";content:"\\25B2"/"";color:var(--c4)}
.estimate::before{content:"\\25CB";content:"\\25CB"/"";color:var(--c2)}
.no-data::before{content:"\\2715";content:"\\2715"/"";color:var(--c6)}
.badge.n{text-decoration:underline dotted}
.of{color:var(--soft);font-size:.85rem}
.times{font-weight:600;color:var(--soft);white-space:nowrap;font-size:.8rem}
.verdict{display:inline-block;font-weight:600;font-size:.82rem;padding:.08rem .55rem .12rem;border-radius:1rem;white-space:nowrap}
.verdict::before{margin-right:.4em}
.fits-yes{color:var(--yes);background:var(--yes-bg)}.fits-yes::before{content:"\\2713";content:"\\2713"/""}
.fits-no{color:var(--no);background:var(--no-bg)}.fits-no::before{content:"\\2715";content:"\\2715"/""}
.fits-unknown{color:var(--unknown);background:var(--unknown-bg)}.fits-unknown::before{content:"?";content:"?"/""}
.why{margin:.35rem 0 0;font-size:.82rem;line-height:1.45;color:var(--soft);max-width:38ch}
.parts{list-style:none;margin:.4rem 0 0;padding:0;font-size:.8rem;color:var(--soft);display:flex;flex-wrap:wrap;gap:.1rem .9rem}
.parts .n{font-weight:400}
.key{display:inline-block;width:1.15em;height:.75em;margin-right:.4em;vertical-align:-.02em}
figure{margin:1.4rem 0 0}
figure .chart{overflow-x:auto;scrollbar-width:thin;background:var(--sheet);border:1px solid var(--rule);padding:clamp(.5rem,1.5vw,1.2rem)}
figcaption{margin-top:.6rem;font-size:.88rem;color:var(--soft);max-width:72ch}
svg{display:block;width:100%;height:auto;font-family:var(--sans);overflow:visible}
.chart>svg{min-width:42rem}
.bar svg{max-width:20rem;min-width:12rem}
.key svg{width:100%;height:100%}
svg text{fill:var(--soft);font-size:12px}
svg .strong{fill:var(--ink);font-weight:600}
svg .axis{stroke:var(--faint);fill:none}
svg .grid{stroke:var(--hair);fill:none}
svg .limit{stroke:var(--ink);stroke-dasharray:6 4;fill:none}
svg .line{fill:none;stroke-width:2}
svg .halo{stroke:var(--sheet);stroke-width:3px;paint-order:stroke;stroke-linejoin:round}
svg .hatch{stroke:var(--sheet);stroke-width:1.5;fill:none}
svg .edge{stroke:var(--sheet);stroke-width:1}
.f1{fill:var(--c1)}.f2{fill:var(--c2)}.f3{fill:var(--c3)}.f4{fill:var(--c4)}.f5{fill:var(--c5)}.f6{fill:var(--c6)}.f7{fill:var(--c7)}
.k1{stroke:var(--c1)}.k2{stroke:var(--c2)}.k3{stroke:var(--c3)}.k4{stroke:var(--c4)}.k5{stroke:var(--c5)}.k6{stroke:var(--c6)}.k7{stroke:var(--c7)}
svg .hollow{fill:var(--sheet);stroke-width:2}
svg .room{fill:var(--tint);stroke:var(--rule)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;margin:0 0 .7rem;padding:0;font-size:.85rem;color:var(--soft);max-width:none}
details{margin-top:.7rem}
summary{cursor:pointer;color:var(--link);font-size:.9rem;padding-block:.25rem;width:fit-content}
.assumptions{padding-left:1.2rem;columns:2 26rem;column-gap:3rem;max-width:none;font-size:.93rem}
.assumptions li{break-inside:avoid;margin-bottom:.5rem}
.sources td,.sources th{font-size:.84rem;overflow-wrap:anywhere}
.sources td:first-child,.sources tbody th{white-space:nowrap}
.sources .id{font-size:.8rem;white-space:normal;min-width:12rem}
code{font-family:ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.92em;overflow-wrap:anywhere}
footer{padding-block:2rem 3rem;color:var(--soft);font-size:.88rem}
@media (max-width:46rem){
.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.cards,.cards tbody,.cards tr,.cards th,.cards td{display:block;width:auto}
.cards tr{padding:.9rem 0;border-bottom:1px solid var(--rule)}
.cards th,.cards td,.cards tbody tr:last-child>*{border:0;padding:.18rem 0}
.cards th{font-size:1rem;padding-bottom:.3rem}
.cards td{display:grid;grid-template-columns:6.4rem 1fr;gap:.2rem .6rem}
.cards td>div{min-width:0}
.cards td::before{content:attr(data-label);content:attr(data-label)/"";color:var(--soft);font-size:.82rem;padding-top:.1rem}
.scroll tbody th{position:sticky;left:0;max-width:9rem;background:var(--page);overflow-wrap:anywhere}
.why{max-width:none}.bar svg{min-width:0}}
@media (min-width:46.01rem){.cards .fixed{width:31%}}
@media print{
@page{size:A4 landscape;margin:14mm 15mm}
html{font-size:9.5pt;background:#fff}
:root{--page:#fff;--sheet:#fff;--hair:#ddd;--rule:#bbb}
header,main,footer,nav{max-width:none;padding-inline:0}
header{padding-top:0}
.skip,summary{display:none}
h1{font-size:26pt}h2{font-size:17pt}
h1,h2,h3,caption,.lede,.legend{break-after:avoid}
#changes .scroll{break-inside:avoid}
section{margin-top:1.6rem}
tr,figure,.tiles li,.findings li{break-inside:avoid}
thead{display:table-header-group}
.scroll,figure .chart{overflow:visible}
figure .chart{padding:.6rem}
.chart>svg{min-width:0;max-height:150mm}
details::details-content{content-visibility:visible;display:block;block-size:auto}
a{color:inherit;text-decoration:none}
.n{text-decoration:none}
.verdict{border:1px solid currentColor}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@media (forced-colors:active){.verdict{border:1px solid}svg text{fill:CanvasText}svg .axis,svg .limit{stroke:CanvasText}svg .f1,svg .f2,svg .f3,svg .f4,svg .f5,svg .f6,svg .f7{forced-color-adjust:none}}
`;

/**
 * The only style that the page's Content-Security-Policy allows: SHA-256 of {@link STYLE} in Base64. A test counts it
 * anew, for nothing here can.
 */
export const STYLE_HASH = 'sha256-eFldBxD4xmXRCd8YwKfPr6ziOF4UtM93A5nuCltwCz0=';
