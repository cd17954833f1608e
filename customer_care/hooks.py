def forget_foreign_ids(env, addon):
    """Delete the XML ids that other modules hold on parts of `addon`'s models.

    When a model of ours inherits mail.thread, modules that extend the thread (mail,
    rating, sms ...) register its inherited parts under their own name, and Odoo leaves
    those ids when only our add-on goes.
    """
    names = [name for name, model in env.items() if model._original_module == addon]
    parts = {
        "ir.model.inherit": [("model_id.model", "in", names)],
        "ir.model.fields.selection": [("field_id.model", "in", names)],
    }
    for model, domain in parts.items():
        ids = env[model].search(domain).ids
        env["ir.model.data"].search(
            [("model", "=", model), ("res_id", "in", ids), ("module", "!=", addon)]
        ).unlink()


def uninstall_hook(env):
    forget_foreign_ids(env, "customer_care")
