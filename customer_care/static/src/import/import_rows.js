import {BaseImportModel} from "@base_import/import_model";
import {_t} from "@web/core/l10n/translation";
import {patch} from "@web/core/utils/patch";

/**
 * Rows are named as Excel counts them, and a warning does not keep a file from being
 * imported.
 */
patch(BaseImportModel.prototype, {
    async _callImport(dryrun, args) {
        const result = await super._callImport(...arguments);
        if (!result.messages?.length) {
            return result;
        }
        const before = (this.importOptions.has_headers ? 1 : 0) + this.importOptions.skip;
        const messages = result.messages.map((message) => {
            if (!message.rows) {
                return message;
            }
            const rows = {from: message.rows.from + before, to: message.rows.to + before};
            return {...message, rows, record: rows.from + 1};
        });
        const name = Array(before - this.importOptions.skip)
            .fill("")
            .concat(result.name || []);
        if (!result.ids) {
            return {...result, name, messages};
        }
        for (const warning of messages) {
            const text = warning.rows
                ? _t('Row %(row)s: "%(warning)s"', {
                      row: warning.record,
                      warning: warning.message,
                  })
                : warning.message;
            this._addMessage("warning", [text]);
        }
        return {...result, name, messages: []};
    },
});
