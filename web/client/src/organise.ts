/** The organiser's pages: signing in with the code behind the `#`, and forms that are sent once. */

import { signIn } from "./organise/session";
import { guardForms } from "./organise/forms";

const { then } = document.body.dataset;
if (then) signIn(then);
else guardForms();
