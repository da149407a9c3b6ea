using ClusterPanel.Core.Clusters;
using ClusterPanel.Core.Deployments;
using ClusterPanel.Infrastructure.Persistence.Rows;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ClusterPanel.Infrastructure.Persistence.Configurations;

internal sealed class DeploymentConfiguration : IEntityTypeConfiguration<Deployment>
{
    public void Configure(EntityTypeBuilder<Deployment> builder)
    {
        builder.Property(d => d.Id).ValueGeneratedNever();
        builder.Property(d => d.Reason).HasConversion<PlainText>();
        builder.HasIndex(d => d.CreatedAt);
        builder.HasIndex(d => d.ClusterId);
        builder.HasIndex(d => d.ClusterId, "IX_Deployments_OneUnfinishedPerCluster").IsUnique()
            .HasFilter($"\"Status\" IN ('{nameof(DeploymentStatus.Queued)}', '{nameof(DeploymentStatus.Running)}')");
        builder.HasOne<Cluster>().WithMany().HasForeignKey(d => d.ClusterId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<PlanRow>().WithOne().HasForeignKey<PlanRow>(r => r.DeploymentId).OnDelete(DeleteBehavior.Cascade);
    }
}
