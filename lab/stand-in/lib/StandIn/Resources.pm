# The kinds of objects the stand-in knows: where each one lives in the API, and its short names.
package StandIn::Resources;
use strict;
use warnings;
use Exporter 'import';
our @EXPORT = qw(resource_named resource_of_kind resource_path group_versions %RESOURCES);

# plural => [kind, group/version, in a namespace, other names]
our %RESOURCES = map { $_->[0] => { plural => $_->[0], kind => $_->[1], gv => $_->[2], namespaced => $_->[3], names => $_->[4] // [] } } (
    ['nodes', 'Node', 'v1', 0, ['node', 'no']], ['namespaces', 'Namespace', 'v1', 0, ['namespace', 'ns']], ['pods', 'Pod', 'v1', 1, ['pod', 'po']],
    ['services', 'Service', 'v1', 1, ['service', 'svc']], ['endpoints', 'Endpoints', 'v1', 1, ['ep', 'endpoint']], ['configmaps', 'ConfigMap', 'v1', 1, ['configmap', 'cm']],
    ['secrets', 'Secret', 'v1', 1, ['secret']], ['serviceaccounts', 'ServiceAccount', 'v1', 1, ['serviceaccount', 'sa']], ['events', 'Event', 'v1', 1, ['event', 'ev']],
    ['persistentvolumes', 'PersistentVolume', 'v1', 0, ['pv']], ['persistentvolumeclaims', 'PersistentVolumeClaim', 'v1', 1, ['pvc']],
    ['limitranges', 'LimitRange', 'v1', 1], ['resourcequotas', 'ResourceQuota', 'v1', 1, ['quota']], ['replicationcontrollers', 'ReplicationController', 'v1', 1, ['rc']],
    ['deployments', 'Deployment', 'apps/v1', 1, ['deployment', 'deploy']], ['daemonsets', 'DaemonSet', 'apps/v1', 1, ['daemonset', 'ds']],
    ['replicasets', 'ReplicaSet', 'apps/v1', 1, ['replicaset', 'rs']], ['statefulsets', 'StatefulSet', 'apps/v1', 1, ['statefulset', 'sts']],
    ['jobs', 'Job', 'batch/v1', 1, ['job']],
    ['leases', 'Lease', 'coordination.k8s.io/v1', 1, ['lease']], ['poddisruptionbudgets', 'PodDisruptionBudget', 'policy/v1beta1', 1, ['pdb']],
    ['podsecuritypolicies', 'PodSecurityPolicy', 'policy/v1beta1', 0, ['psp']],
    ['certificatesigningrequests', 'CertificateSigningRequest', 'certificates.k8s.io/v1', 0, ['csr']],
    ['clusterroles', 'ClusterRole', 'rbac.authorization.k8s.io/v1', 0, ['clusterrole']], ['clusterrolebindings', 'ClusterRoleBinding', 'rbac.authorization.k8s.io/v1', 0, ['clusterrolebinding']],
    ['roles', 'Role', 'rbac.authorization.k8s.io/v1', 1, ['role']], ['rolebindings', 'RoleBinding', 'rbac.authorization.k8s.io/v1', 1, ['rolebinding']],
    ['customresourcedefinitions', 'CustomResourceDefinition', 'apiextensions.k8s.io/v1', 0, ['crd', 'crds']], ['storageclasses', 'StorageClass', 'storage.k8s.io/v1', 0, ['sc']],
    ['priorityclasses', 'PriorityClass', 'scheduling.k8s.io/v1', 0, ['pc']], ['networkpolicies', 'NetworkPolicy', 'networking.k8s.io/v1', 1, ['netpol']], ['ingresses', 'Ingress', 'networking.k8s.io/v1', 1, ['ing']],
    ['apiservices', 'APIService', 'apiregistration.k8s.io/v1', 0],
);

sub group_versions { my %g; $g{ $_->{gv} } = 1 for values %RESOURCES; return sort keys %g }
sub resource_named { my ($n) = @_; $n = lc($n // ''); $n =~ s/\..*//; return $RESOURCES{$n} if $RESOURCES{$n}; for my $r (values %RESOURCES) { return $r if lc $r->{kind} eq $n || grep { $_ eq $n } @{ $r->{names} } } return undef }
sub resource_of_kind { my ($kind) = @_; for my $r (values %RESOURCES) { return $r if $r->{kind} eq $kind } return undef }
sub resource_path {     # where the objects (or one of them) are
    my ($r, $ns, $name) = @_;
    my $base = $r->{gv} eq 'v1' ? '/api/v1' : "/apis/$r->{gv}";
    return $base . ($r->{namespaced} && defined $ns ? "/namespaces/$ns" : '') . "/$r->{plural}" . (defined $name ? "/$name" : '');
}

1;
