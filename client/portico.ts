import './portico.scss';
import { PorticoCopy } from './copy.ts';
import { PorticoErrorSummary } from './error-summary.ts';
import { PorticoLive } from './live.ts';
import { PorticoOwnTime } from './own-time.ts';
import { PorticoPasskey } from './passkey.ts';
import { PorticoPassword } from './password.ts';
import { PorticoPrint } from './print.ts';
import { PorticoRedraw } from './redraw.ts';
import { PorticoSession } from './session.ts';
import { keepTyped } from './typed.ts';
import { PorticoZone } from './zone.ts';

// First, while the page is as the server drew it.
customElements.define('portico-live', PorticoLive);
customElements.define('portico-error-summary', PorticoErrorSummary);
customElements.define('portico-passkey', PorticoPasskey);
customElements.define('portico-password', PorticoPassword);
customElements.define('portico-copy', PorticoCopy);
customElements.define('portico-own-time', PorticoOwnTime);
customElements.define('portico-print', PorticoPrint);
customElements.define('portico-redraw', PorticoRedraw);
customElements.define('portico-session', PorticoSession);
customElements.define('portico-zone', PorticoZone);

keepTyped();
