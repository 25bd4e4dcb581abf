import './portico.scss';
import { PorticoCopy } from './copy.ts';
import { PorticoErrorSummary } from './error-summary.ts';
import { PorticoLive } from './live.ts';
import { PorticoPasskey } from './passkey.ts';
import { PorticoPassword } from './password.ts';
import { PorticoPrint } from './print.ts';
import { PorticoSession } from './session.ts';
import { keepTyped } from './typed.ts';

// First, while the page is as the server drew it.
customElements.define('portico-live', PorticoLive);
customElements.define('portico-error-summary', PorticoErrorSummary);
customElements.define('portico-passkey', PorticoPasskey);
customElements.define('portico-password', PorticoPassword);
customElements.define('portico-copy', PorticoCopy);
customElements.define('portico-print', PorticoPrint);
customElements.define('portico-session', PorticoSession);

keepTyped();
