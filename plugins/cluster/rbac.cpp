#include "rbac.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace podload::cluster {
namespace {

constexpr const char* kName = "podload";
constexpr const char* kSpace = "podload";
constexpr const char* kRbac = "rbac.authorization.k8s.io/v1";
constexpr const char* kAdmission = "admissionregistration.k8s.io/v1";

/// Converts rights to a role's rules: one rule per group and set of verbs.
Json rules_of(const std::vector<RightsRow>& rows) {
  std::map<std::pair<std::string, std::string>, std::set<std::string>> verbs;  // by group and resource
  for (const RightsRow& row : rows) verbs[{row.group, row.resource}].insert(row.verbs.begin(), row.verbs.end());
  std::map<std::pair<std::string, Json>, Json> resources;  // by group and verbs
  for (const auto& [where, list] : verbs) resources[{where.first, list}].push_back(where.second);
  Json rules = Json::array();
  for (const auto& [what, list] : resources)
    rules.push_back({{"apiGroups", {what.first}}, {"resources", list}, {"verbs", what.second}});
  return rules;
}

/// Whether one of `rows` has all verbs of `wanted`.
bool is_covered(const RightsRow& wanted, const std::vector<RightsRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [&](const RightsRow& row) {
    return row.group == wanted.group && row.resource == wanted.resource &&
           std::all_of(wanted.verbs.begin(), wanted.verbs.end(), [&](const std::string& verb) {
             return std::find(row.verbs.begin(), row.verbs.end(), verb) != row.verbs.end();
           });
  });
}

/// A comment line for each row: its right, its plugin and its purpose. The host lets no line break into a purpose.
std::string purposes(const std::vector<RightsRow>& rows) {
  std::string text;
  for (const RightsRow& row : rows) {
    text += "#  ";
    for (const std::string& verb : row.verbs) text += " " + verb;
    text += " " + resource_name(row.group, row.resource) + (row.optional ? " (optional)" : "") + ": " + row.purpose +
            " (" + row.plugin + ")\n";
  }
  return text;
}

/// CEL: whether `k` is a label that podload changes.
std::string is_own_label(const LoadLabel& label, const std::vector<std::string>& unavailable_labels) {
  const std::set<std::string> others(unavailable_labels.begin(), unavailable_labels.end());
  std::string expression = "k == '" + label.name + "'";
  for (const std::string& other : others) expression += " || k == '" + other + "'";
  return others.empty() ? expression : "(" + expression + ")";
}

Json object(const char* api, const char* kind, const std::string& name) {
  return {{"apiVersion", api}, {"kind", kind}, {"metadata", {{"name", name}}}};
}

Json role(const std::string& name, Json rules) {
  Json role = object(kRbac, "ClusterRole", name);
  role["rules"] = std::move(rules);
  return role;
}

Json binding(const std::string& name, Json subject) {
  Json binding = object(kRbac, "ClusterRoleBinding", name);
  binding["roleRef"] = {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "ClusterRole"}, {"name", name}};
  binding["subjects"] = {std::move(subject)};
  return binding;
}

Json account() { return {{"kind", "ServiceAccount"}, {"name", kName}, {"namespace", kSpace}}; }

/// CEL: every entry of one map, except for the excepted ones, is in the other with the same value.
std::string same(const char* where, const std::string& except) {
  const std::string now = std::string("object.metadata.") + where, before = std::string("oldObject.metadata.") + where;
  const auto covers = [&](const std::string& a, const std::string& b) {
    return "(!has(" + a + ") || " + a + ".all(k, " + except + " || (has(" + b + ") && k in " + b + " && " + b + "[k] == " + a + "[k])))";
  };
  return covers(now, before) + " && " + covers(before, now);
}

Json admission_policy(const LoadLabel& label, const std::vector<std::string>& unavailable_labels,
                      const std::vector<std::string>& callers) {
  Json policy = object(kAdmission, "ValidatingAdmissionPolicy", kName);
  const std::string value = "object.metadata.labels['" + label.name + "']";
  std::string users;
  for (const std::string& caller : callers) users += (users.empty() ? "'" : ", '") + caller + "'";
  const auto rule = [](const std::string& expression, const char* message) { return Json{{"expression", expression}, {"message", message}}; };
  policy["spec"] = {
      {"failurePolicy", "Fail"},
      {"matchConstraints",
       {{"resourceRules", {{{"apiGroups", {""}}, {"apiVersions", {"v1"}}, {"operations", {"UPDATE"}}, {"resources", {"pods"}}}}}}},
      {"matchConditions", {{{"name", "podload"}, {"expression", "request.userInfo.username in [" + users + "]"}}}},
      {"validations",
       {rule("object.spec == oldObject.spec", "podload may not change a Pod's spec"),
        rule(same("labels", is_own_label(label, unavailable_labels)), "podload may change its own labels only"),
        rule(same("annotations", "k.startsWith('podload.io/')"), "podload may change its own annotations only"),
        rule("has(object.metadata.labels) && '" + label.name + "' in object.metadata.labels && " + value + " in ['" +
                 label.online + "', '" + label.done + "'] || (has(oldObject.metadata.labels) && '" + label.name +
                 "' in oldObject.metadata.labels && has(object.metadata.labels) && '" + label.name +
                 "' in object.metadata.labels && " + value + " == oldObject.metadata.labels['" + label.name + "'])",
             "podload may set its label to its two values only"),
        rule("(has(object.metadata.ownerReferences) ? object.metadata.ownerReferences : []) == "
             "(has(oldObject.metadata.ownerReferences) ? oldObject.metadata.ownerReferences : [])",
             "podload may not change owners")}}};
  return policy;
}

Json admission_binding() {
  Json bound = object(kAdmission, "ValidatingAdmissionPolicyBinding", kName);
  bound["spec"] = {{"policyName", kName}, {"validationActions", {"Deny"}}};
  return bound;
}

}  // namespace

RbacInput rbac_input(const std::vector<Json>& rights, const std::vector<Json>& types, LoadLabel label,
                     Identity identity) {
  RbacInput input{rights_rows(rights), {}, std::move(label), std::move(identity)};
  for (RightsRow& row : rights_of_types(types))
    if (!is_covered(row, input.rights)) input.rights.push_back(std::move(row));
  for (const Json& type : types)
    if (std::string own = text_member(type, "unavailable_label"); !own.empty())
      input.unavailable_labels.push_back(std::move(own));
  return input;
}

std::string rbac_manifest(const RbacInput& input, const std::function<std::string(const Json&)>& print) {
  const Identity& identity = input.identity;
  std::string text;
  const auto add = [&](const std::string& comment, const Json& value) {
    text += (text.empty() ? "" : "---\n") + comment + print(value);
  };
  add("# The minimal rights for podload in a cluster. Review them, then: kubectl apply -f -\n", object("v1", "Namespace", kSpace));
  Json service_account = object("v1", "ServiceAccount", kName);
  service_account["metadata"]["namespace"] = kSpace;
  add("", service_account);
  Json token = object("v1", "Secret", std::string(kName) + "-token");
  token["metadata"]["namespace"] = kSpace;
  token["metadata"]["annotations"] = {{"kubernetes.io/service-account.name", kName}};
  token["type"] = "kubernetes.io/service-account-token";
  add("# Its token, for the kubeconfig that you register in podload.\n", token);
  const bool with_secrets = std::any_of(input.rights.begin(), input.rights.end(), [](const RightsRow& row) {
    return row.group.empty() && row.resource == "secrets";
  });
  add("# RBAC cannot restrict `patch pods` to labels: anyone who may patch a Pod may also change its image.\n"
      "# The admission policy at the end can." +
          std::string(with_secrets ? "" : " Secrets are omitted: podload would only list their names.") +
          "\n"
          "# The purpose of each right; podload also works without an optional one, and shows less:\n" +
          purposes(input.rights),
      role(kName, rules_of(input.rights)));
  add("", binding(kName, account()));

  std::vector<std::string> callers{std::string("system:serviceaccount:") + kSpace + ":" + kName};
  if (identity.mode != Identity::Mode::itself) {
    Json rules = Json::array({{{"apiGroups", {""}}, {"resources", {"users"}}, {"resourceNames", identity.users}, {"verbs", {"impersonate"}}}});
    if (identity.mode == Identity::Mode::fixed)
      rules.push_back({{"apiGroups", {"authentication.k8s.io"}}, {"resources", {"userextras/podload.io/user"}}, {"verbs", {"impersonate"}}});
    const std::string name = std::string(kName) + "-impersonates";
    add("# Impersonation of exactly these users. Never grant `impersonate users` without\n"
        "# resourceNames: podload could act as anyone, including the cluster's administrators.\n",
        role(name, rules));
    add("", binding(name, account()));
    const std::string acts = std::string(kName) + "-acts";
    add("# The rights that these users need for it.\n", role(acts, rules_of({RightsRow{{}, {}, "pods", {"patch"}, false, {}}})));
    Json people = binding(acts, Json());
    people["subjects"] = Json::array();
    for (const std::string& user : identity.users) {
      people["subjects"].push_back({{"kind", "User"}, {"apiGroup", "rbac.authorization.k8s.io"}, {"name", user}});
      callers.push_back(user);
    }
    add("", people);
  }
  add("# Kubernetes 1.30 and later; as v1beta1 from 1.28, as v1alpha1 from 1.26 (feature gate). Restricts what\n"
      "# podload may do to a Pod to its one label and its own annotations.\n",
      admission_policy(input.label, input.unavailable_labels, callers));
  add("", admission_binding());
  return text;
}

}  // namespace podload::cluster
