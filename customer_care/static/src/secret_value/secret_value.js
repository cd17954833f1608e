import {onMounted, onWillUnmount} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {CharField, charField} from "@web/views/fields/char/char_field";

export const SHOWN_SECONDS = 30;

/** A revealed secret: the dialog around it closes by itself. */
export class SecretValueField extends CharField {
    setup() {
        super.setup();
        const action = useService("action");
        let timer = null;
        onMounted(() => {
            timer = setTimeout(
                () => action.doAction({type: "ir.actions.act_window_close"}),
                SHOWN_SECONDS * 1000
            );
        });
        onWillUnmount(() => clearTimeout(timer));
    }
}

export const secretValueField = {
    ...charField,
    component: SecretValueField,
};

registry.category("fields").add("care_secret_value", secretValueField);
